//! Nushell: read and run by its engine.

use std::path::Path;

use super::{
    facts::{self, Facts},
    language::{Language, Plan, Request, Steps},
    modules::Modules,
};
use crate::{plan_error::PlanError, scaffold::embedded, template_file::TemplateFile};

const MODULES: Modules = Modules {
    facts: &facts::NUSHELL,
    names,
};

/// Words that are followed by the name of a module or file.
const IMPORTING: [&str; 4] = ["use", "source", "source-env", "module"];

#[derive(Debug)]
pub(super) struct Nushell;

/// What follows a word that imports.
fn names(text: &str) -> Vec<&str> {
    let words = |line: &'_ str| -> Vec<(usize, usize)> {
        let mut words = Vec::new();
        let mut begin = None;
        for (at, letter) in line.char_indices() {
            let part = !letter.is_whitespace() && !";|{}()[]\"'`".contains(letter);
            match (begin, part) {
                (None, true) => begin = Some(at),
                (Some(from), false) => {
                    words.push((from, at));
                    begin = None;
                }
                _ => {}
            }
        }
        words.extend(begin.map(|from| (from, line.len())));
        words
    };
    let mut found = Vec::new();
    for line in text.lines() {
        let words = words(line);
        let words = words.iter().filter_map(|(from, to)| line.get(*from..*to));
        let mut importing = false;
        for word in words {
            if importing && !word.starts_with('-') {
                found.push(word);
                importing = false;
            }
            importing |= IMPORTING.contains(&word);
        }
    }
    found
}

impl Language for Nushell {
    fn facts(&self) -> &'static Facts {
        MODULES.facts
    }

    fn install(&self, _program: &str) -> String {
        "flow toolchain install nushell".to_owned()
    }

    fn plan(&self, request: &Request<'_>) -> Result<Plan, PlanError> {
        MODULES.plan(request)
    }

    fn steps(&self, request: &Request<'_>, _scratch: &Path) -> Result<Steps, PlanError> {
        Ok(Steps::bundle(MODULES.order(request.agent)?))
    }

    fn template(&self, name: &str) -> Vec<TemplateFile> {
        embedded::nushell_template(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_imported_is_found_and_what_only_looks_like_it_is_no_harm() {
        let text =
            "use std/iter\nuse \"./my lib.nu\" *\nsource-env env.nu; do { use x.nu }\nlet use = 1";
        let found = names(text);
        for name in ["std/iter", "env.nu", "x.nu"] {
            assert!(found.contains(&name), "{name}: {found:?}");
        }
    }
}
