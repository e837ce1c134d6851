//! Inline script metadata, PEP 723: TOML in a comment block of the program.
//!
//! ```python
//! # /// script
//! # requires-python = ">=3.12"
//! # dependencies = ["pydantic>=2"]
//! # ///
//! ```

use std::path::Path;

use flow_contract::nearest;
use toml::de::DeTable;

use super::{
    document::{Document, declaration},
    parse::{Requirement, check_python, parse_all},
};
use crate::python::error::PythonError;

const START: &str = "# /// script";
const END: &str = "# ///";

/// The requirements that the program at `path` carries in itself.
///
/// # Errors
/// The block is there twice, is no TOML, has keys that it should not, asks for
/// another Python, or names something that is no requirement.
pub(super) fn requirements(path: &Path, text: &str) -> Result<Vec<Requirement>, PythonError> {
    let Some(document) = block(path, text)? else {
        return Ok(Vec::new());
    };
    let parsed = document.parse()?;
    let table = parsed.get_ref();
    check_keys(&document, table)?;
    if let Some(python) = document.string(table, "requires-python")? {
        check_python(&document, &python)?;
    }
    parse_all(&document, document.strings(table, "dependencies")?)
}

/// What the block contains. One that is not closed is none, as the PEP says.
fn block<'a>(path: &'a Path, text: &'a str) -> Result<Option<Document<'a>>, PythonError> {
    let mut found = None;
    let mut open: Option<Vec<(usize, &str)>> = None;
    // The end is the last such line before the comment ends.
    let mut closed = 0;
    let mut first = 0;
    let mut start = 0;
    for line in text.split_inclusive('\n').chain([""]) {
        let place = start;
        start += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        let Some(lines) = &mut open else {
            if line.trim_end() == START {
                (open, closed, first) = (Some(Vec::new()), 0, place);
            }
            continue;
        };
        if let Some(content) = content(line) {
            if line.trim_end() == END {
                closed = lines.len() + 1;
            }
            lines.push((place + (line.len() - content.len()), content));
            continue;
        }
        let mut lines = open.take().unwrap_or_default();
        if closed == 0 {
            continue;
        }
        lines.truncate(closed - 1);
        if found.is_some() {
            return Err(declaration(
                path,
                text,
                first..first + START.len(),
                "a second block of script metadata".to_owned(),
                "write one block `# /// script`".to_owned(),
            ));
        }
        found = Some(Document::within(path, text, lines));
    }
    Ok(found)
}

/// What stands behind the `#` of a line of the block.
fn content(line: &str) -> Option<&str> {
    let after = line.strip_prefix('#')?;
    match after.strip_prefix(' ') {
        Some(content) => Some(content),
        None if after.is_empty() => Some(after),
        None => None,
    }
}

fn check_keys(document: &Document<'_>, table: &DeTable<'_>) -> Result<(), PythonError> {
    let known = ["dependencies", "requires-python", "tool"];
    let unknown = table
        .iter()
        .find(|(key, _)| !known.contains(&key.get_ref().as_ref()));
    let Some((key, _)) = unknown else {
        return Ok(());
    };
    let name = key.get_ref();
    let help = match nearest(known, name) {
        Some(near) => format!("write `{near}`"),
        None => "script metadata has: `dependencies`, `requires-python`, `tool`".to_owned(),
    };
    Err(document.error(
        document.in_file(key.span()),
        format!("unknown key: `{name}`"),
        help,
    ))
}
