//! Nushell: read and run by its engine.

use std::path::{Path, PathBuf};

use flow_workspace::{Outcome, TemplateFile};

use super::{
    Language, Output, Plan, Probe, Request, Steps, Target,
    modules::{Modules, owns},
};
use crate::{agent::Agent, diagnostics::Message, plan_error::PlanError, scaffold::embedded};

const ENDINGS: &[&str] = &["nu"];

const MODULES: Modules = Modules {
    engine: "nushell",
    language: "nushell",
    endings: ENDINGS,
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
    fn name(&self) -> &'static str {
        "nushell"
    }

    fn extensions(&self) -> &'static [&'static str] {
        ENDINGS
    }

    fn markers(&self) -> &'static [&'static str] {
        &[]
    }

    fn entry(&self) -> &'static str {
        "main.nu"
    }

    fn interpreter(&self) -> Option<&'static str> {
        Some(MODULES.engine)
    }

    fn probe(&self, _agent: &Agent, _target: Target) -> Probe {
        Probe::default()
    }

    /// It is in flow.
    fn toolchain(&self) -> &'static [&'static str] {
        &[]
    }

    fn install(&self, _program: &str) -> String {
        "flow toolchain install nushell".to_owned()
    }

    fn witnesses(&self, _answers: &[String]) -> Vec<PathBuf> {
        Vec::new()
    }

    fn plan(&self, request: &Request<'_>) -> Result<Plan, PlanError> {
        MODULES.plan(request)
    }

    fn steps(&self, request: &Request<'_>, _scratch: &Path) -> Result<Steps, PlanError> {
        Ok(Steps {
            commands: Vec::new(),
            output: Output::Bundle(MODULES.order(request.agent)?),
            stale: Vec::new(),
            files: Vec::new(),
        })
    }

    fn messages(&self, _outcome: &Outcome, _seen: &Path, _root: &Path) -> Vec<Message> {
        Vec::new()
    }

    fn template(&self, name: &str) -> Vec<TemplateFile> {
        embedded::nushell_template(name)
    }

    fn sdk(&self) -> Vec<TemplateFile> {
        Vec::new()
    }

    fn project(&self, file: &Path) -> Option<PathBuf> {
        MODULES.project(file, &|manifest| owns(manifest, &["nushell"], ENDINGS))
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
