//! Writing a lock file.

use std::fmt::Write;

use super::{
    file::CREATOR,
    wheels::{Lock, Source},
};
use crate::python::{platform, requirement::Requirements};

impl Lock {
    /// The text of `pylock.toml`, always the same for the same wheels.
    pub fn text(&self, requirements: &Requirements) -> String {
        let mut text = format!(
            "# Written by flow: the packages of this agent and their digests. Commit it; delete it\n\
             # to have newer ones.\n\
             lock-version = \"1.0\"\n\
             environments = [{}]\n\
             requires-python = {}\n\
             created-by = {}\n",
            quoted(platform::ENVIRONMENT),
            quoted(&format!("=={}.*", platform::PYTHON_SERIES)),
            quoted(CREATOR),
        );
        for locked in &self.packages {
            let place = match &locked.source {
                Source::Url(url) => format!("url = {}", quoted(url)),
                Source::Path(path) => format!("path = {}", quoted(&path.display().to_string())),
            };
            let size = locked.size.map(|size| format!(", size = {size}"));
            // Writing to a `String` cannot fail.
            let _ = write!(
                text,
                "\n[[packages]]\nname = {}\nversion = {}\nwheels = [\n  {{ name = {}, {place}{}, hashes = {{ sha256 = \"{}\" }} }},\n]\n",
                quoted(&locked.name),
                quoted(&locked.version),
                quoted(&locked.wheel),
                size.unwrap_or_default(),
                locked.digest.to_hex(),
            );
        }
        let wanted: String = requirements
            .texts()
            .iter()
            .map(|text| format!("  {},\n", quoted(text)))
            .collect();
        let _ = write!(
            text,
            "\n[tool.flow]\nplatform = {}\nrequirements = [\n{wanted}]\n",
            quoted(&platform::tag())
        );
        text
    }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if letter.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}
