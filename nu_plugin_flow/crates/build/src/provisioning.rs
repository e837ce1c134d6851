//! What a workspace for a language needs.

use crate::{
    engine,
    languages::{self, Language, LanguageError},
    scaffold::{self, ScaffoldError},
    template_file::TemplateFile,
};

/// A language that workspaces can be made for.
#[derive(Debug, Clone, Copy)]
pub struct Provisioning {
    language: &'static dyn Language,
}

/// The names of all languages that workspaces can be made for, sorted.
pub fn names() -> Vec<&'static str> {
    let mut names = languages::names();
    names.sort_unstable();
    names
}

/// The language called `name`.
///
/// # Errors
/// There is no such language.
pub fn named(name: &str) -> Result<Provisioning, LanguageError> {
    let language = languages::named(name)?;
    Ok(Provisioning { language })
}

impl Provisioning {
    /// Its name, lowercase.
    pub fn name(self) -> &'static str {
        self.language.facts().name()
    }

    /// Program and arguments that print the version of the toolchain: `cargo --version`.
    /// Empty where flow has the toolchain in itself.
    pub fn toolchain(self) -> &'static [&'static str] {
        self.language.toolchain()
    }

    /// The engine that runs agents in it; nothing where they need none.
    pub fn engine(self) -> Option<&'static str> {
        let wanted = self.language.facts().interpreter;
        engine::NAMES.into_iter().find(|name| wanted == Some(name))
    }

    /// How to install `program`, which is missing on this machine, as a sentence begins.
    pub fn install(self, program: &str) -> String {
        format!(
            "install {program} with `{}`",
            self.language.install(program)
        )
    }

    /// The files of a new workspace called `name`: an agent.
    ///
    /// # Errors
    /// `name` is none that every tool accepts.
    pub fn files(self, name: &str) -> Result<Vec<TemplateFile>, ScaffoldError> {
        scaffold::files(self.name(), name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_can_be_provisioned() {
        let all = [
            "go",
            "javascript",
            "nushell",
            "python",
            "rust",
            "typescript",
        ];
        assert_eq!(names(), all);
        for name in all {
            let language = named(name).unwrap();
            assert_eq!(language.name(), name);
            // What is interpreted runs in flow itself.
            let is_compiled = ["rust", "go"].contains(&name);
            assert_eq!(is_compiled, !language.toolchain().is_empty(), "{name}");
        }
        let error = named("pyhton").unwrap_err();
        assert_eq!(error.advice(), "write `python`");
    }
}
