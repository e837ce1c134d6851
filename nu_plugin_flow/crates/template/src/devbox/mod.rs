//! The user's `devbox.json`: JSON with comments and trailing commas, edited so that all of it stays
//! as it was but for one entry.

mod dialect;
mod removal;

use std::collections::BTreeSet;
use std::ops::Range;

use jsonc_parser::ast::{self, ObjectPropName};
use jsonc_parser::common::Ranged;
use jsonc_parser::cst::{CstInputValue, CstObject, CstRootNode};
use jsonc_parser::{CollectOptions, parse_to_ast};
use miette::NamedSource;

use self::dialect::{BYTE_ORDER_MARK, INCLUDE, dialect};
use crate::error::TemplateError;

/// Its name in a project.
pub const FILE: &str = "devbox.json";

/// What a project without one is given to begin with.
pub(crate) const NEW: &str = "{\n  \"packages\": []\n}\n";

/// The folder of a template's Devbox plugin in a project, with `/`.
pub(crate) fn plugin_folder(template: &str) -> String {
    format!(".flow/devbox/{template}")
}

/// The entry of `include` that names a template's Devbox plugin.
pub(crate) fn plugin_entry(template: &str) -> String {
    format!("path:{}", plugin_folder(template))
}

/// What the file includes, in its order.
///
/// # Errors
/// It is not in Devbox's dialect, or its `include` is not a list of different texts.
pub fn includes(text: &str) -> Result<Vec<String>, TemplateError> {
    let body = text.trim_start_matches(BYTE_ORDER_MARK);
    let shift = text.len() - body.len();
    let wrong = |range: Range<usize>, reason: &str| {
        let at = (range.start + shift, range.len().max(1)).into();
        Err(TemplateError::Devbox {
            file: FILE,
            reason: reason.to_owned(),
            text: NamedSource::new(FILE, text.to_owned()),
            at,
        })
    };
    let whole = |node: &dyn Ranged| node.start()..node.end();
    let parsed = match parse_to_ast(body, &CollectOptions::default(), &dialect()) {
        Ok(parsed) => parsed.value,
        Err(error) => {
            let range = error.range();
            return wrong(
                range.start..range.end,
                &lowercase(&error.kind().to_string()),
            );
        }
    };
    let object = match parsed {
        Some(ast::Value::Object(object)) => object,
        Some(other) => return wrong(whole(&other), "expected an object"),
        None => return wrong(0..0, "expected an object"),
    };
    let mut names = BTreeSet::new();
    let mut found: Vec<String> = Vec::new();
    for property in &object.properties {
        let name = match &property.name {
            ObjectPropName::String(name) => name.value.as_ref(),
            ObjectPropName::Word(name) => name.value,
        };
        if !names.insert(name.to_owned()) {
            return wrong(whole(&property.name), "this key is there twice");
        }
        if name != INCLUDE {
            continue;
        }
        let ast::Value::Array(array) = &property.value else {
            return wrong(whole(&property.value), "expected a list of texts");
        };
        for element in &array.elements {
            match element {
                ast::Value::StringLit(text)
                    if found.iter().any(|known| same(known, &text.value)) =>
                {
                    return wrong(whole(element), "Devbox refuses what is included twice");
                }
                ast::Value::StringLit(text) => found.push(text.value.to_string()),
                other => return wrong(whole(other), "expected a text"),
            }
        }
    }
    Ok(found)
}

/// A sentence as it stands after a colon.
fn lowercase(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase);
    first.chain(letters).collect()
}

/// Whether the file has the key `include`, be it empty.
pub(crate) fn has_include(text: &str) -> bool {
    let body = text.trim_start_matches(BYTE_ORDER_MARK);
    let object = CstRootNode::parse(body, &dialect()).ok();
    let object = object.and_then(|root| root.object_value());
    object.is_some_and(|object| object.get(INCLUDE).is_some())
}

/// Whether two entries name the same plugin.
pub(crate) fn same(one: &str, other: &str) -> bool {
    fn plain(entry: &str) -> &str {
        let path = entry.strip_prefix("path:").unwrap_or(entry);
        let path = path.trim_start_matches("./");
        path.trim_end_matches("plugin.json").trim_end_matches('/')
    }
    one == other
        || (one.starts_with("path:") && other.starts_with("path:") && plain(one) == plain(other))
}

/// The file with one more entry at the end of its `include`.
pub(crate) fn with_include(text: &str, entry: &str) -> Result<String, TemplateError> {
    edit(text, |object| {
        let entry = CstInputValue::String(entry.to_owned());
        match object.array_value(INCLUDE) {
            Some(array) => drop(array.append(entry)),
            None => drop(object.append(INCLUDE, CstInputValue::Array(vec![entry]))),
        }
    })
}

/// The file without the entry. With `and_key`, an `include` that is empty then goes too, unless
/// there is a comment in it.
pub(crate) fn without_include(
    text: &str,
    entry: &str,
    and_key: bool,
) -> Result<String, TemplateError> {
    includes(text)?;
    let body = text.trim_start_matches(BYTE_ORDER_MARK);
    let mark = text.strip_suffix(body).unwrap_or_default();
    let rest = removal::without(body, |value| same(value, entry), and_key);
    Ok(format!("{mark}{rest}"))
}

fn edit(text: &str, change: impl FnOnce(&CstObject)) -> Result<String, TemplateError> {
    includes(text)?;
    let body = text.trim_start_matches(BYTE_ORDER_MARK);
    let mark = text.strip_suffix(body).unwrap_or_default();
    // What `includes` has read is an object.
    if let Ok(root) = CstRootNode::parse(body, &dialect())
        && let Some(object) = root.object_value()
    {
        change(&object);
        return Ok(format!("{mark}{root}"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests;
