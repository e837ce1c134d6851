//! What a workspace for a language needs: also for languages whose agents flow does not build yet.
//!
//! A language that flow builds (see [`crate::languages`]) speaks for itself. The others have a row
//! here, which stops counting as soon as they do too.

use std::path::PathBuf;

use flow_workspace::TemplateFile;

use crate::engine;
use crate::languages::{self, Language, LanguageError};
use crate::scaffold::{self, ScaffoldError};

/// A language that workspaces can be made for.
#[derive(Debug, Clone, Copy)]
pub struct Provisioning {
    kind: Kind,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    /// With an agent in it that flow builds.
    Built(&'static dyn Language),
    /// With a toolchain, and sources that say that building comes later.
    Later(&'static Later),
}

/// A language that flow does not build yet.
#[derive(Debug)]
struct Later {
    name: &'static str,
    /// Prints the version of its toolchain.
    toolchain: &'static [&'static str],
    /// How to install it, as a sentence begins.
    install: &'static str,
    /// A source file of its kind: name and contents.
    source: (&'static str, &'static str),
}

const LATER: &[Later] = &[
    Later {
        name: "go",
        toolchain: &["go", "version"],
        install: "install Go 1.24 or later with your system's packages, or from https://go.dev/dl",
        source: (
            "main.go",
            "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(\"a Go toolchain works here\")\n}\n",
        ),
    },
    Later {
        name: "typescript",
        toolchain: &["node", "--version"],
        install: "install Node.js with your system's packages, or from https://nodejs.org",
        source: (
            "main.ts",
            "const place: string = \"here\";\nconsole.log(`a TypeScript toolchain works ${place}`);\n",
        ),
    },
];

/// The names of all languages that workspaces can be made for, sorted.
pub fn names() -> Vec<&'static str> {
    let mut names = languages::names();
    names.extend(LATER.iter().map(|later| later.name));
    names.sort_unstable();
    names.dedup();
    names
}

/// The language called `name`.
///
/// # Errors
/// There is no such language.
pub fn named(name: &str) -> Result<Provisioning, LanguageError> {
    let kind = match languages::named(name) {
        Ok(language) => Kind::Built(language),
        Err(error) => match LATER.iter().find(|later| later.name == name) {
            Some(later) => Kind::Later(later),
            None => return Err(error),
        },
    };
    Ok(Provisioning { kind })
}

impl Provisioning {
    /// Its name, lowercase.
    pub fn name(self) -> &'static str {
        match self.kind {
            Kind::Built(language) => language.name(),
            Kind::Later(later) => later.name,
        }
    }

    /// Program and arguments that print the version of the toolchain: `cargo --version`.
    pub fn toolchain(self) -> &'static [&'static str] {
        match self.kind {
            Kind::Built(language) => language.toolchain(),
            Kind::Later(later) => later.toolchain,
        }
    }

    /// The engine that runs agents in it; nothing where they need none.
    pub fn engine(self) -> Option<&'static str> {
        let Kind::Built(language) = self.kind else {
            return None;
        };
        let wanted = language.interpreter();
        engine::NAMES.into_iter().find(|name| wanted == Some(name))
    }

    /// How to install `program`, which is missing on this machine, as a sentence begins.
    pub fn install(self, program: &str) -> String {
        match self.kind {
            Kind::Built(language) => {
                format!("install {program} with `{}`", language.install(program))
            }
            Kind::Later(later) => later.install.to_owned(),
        }
    }

    /// The files of a new workspace called `name`: an agent, or what says that flow does not build
    /// agents in this language yet.
    ///
    /// # Errors
    /// `name` is none that every tool accepts.
    pub fn files(self, name: &str) -> Result<Vec<TemplateFile>, ScaffoldError> {
        let later = match self.kind {
            Kind::Built(language) => return scaffold::files(language.name(), name),
            Kind::Later(later) => later,
        };
        let manifest = format!(
            "# This version of flow does not build {0} agents yet: `flow build` says so too.\n[agent]\nname = \"{name}\"\nlanguage = \"{0}\"\n",
            later.name
        );
        let (path, source) = later.source;
        Ok(vec![
            (PathBuf::from("agent.toml"), manifest.into_bytes()),
            (PathBuf::from(path), source.as_bytes().to_vec()),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Agent, AgentError};

    #[test]
    fn every_language_of_the_plan_can_be_provisioned() {
        for name in [
            "go",
            "javascript",
            "nushell",
            "python",
            "rust",
            "typescript",
        ] {
            let language = named(name).unwrap();
            assert_eq!(language.name(), name);
            // What is interpreted runs in flow itself.
            let compiled = ["rust", "go", "typescript"].contains(&name);
            assert_eq!(compiled, !language.toolchain().is_empty(), "{name}");
            assert!(names().contains(&name), "{name}");
        }
        let error = named("pyhton").unwrap_err();
        assert_eq!(error.advice(), "write `python`");
    }

    #[test]
    fn a_workspace_that_flow_cannot_build_says_so() {
        for later in LATER
            .iter()
            .filter(|later| languages::named(later.name).is_err())
        {
            let folder = tempfile::tempdir().unwrap();
            for (path, contents) in named(later.name).unwrap().files("later-1").unwrap() {
                std::fs::write(folder.path().join(path), contents).unwrap();
            }
            let error = Agent::in_folder(folder.path()).unwrap_err();
            let text = error.to_string();
            assert!(!matches!(error, AgentError::NoAgent { .. }), "{text}");
            assert!(text.contains("not supported in this version"), "{text}");
        }
    }
}
