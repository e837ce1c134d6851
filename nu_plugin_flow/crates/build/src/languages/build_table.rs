//! The manifest's table `[build]`, whose keys are each language's own.

use flow_contract::{literals, nearest};

use crate::{
    agent::definition::Agent,
    manifest::{Located, Manifest, Setting},
    plan_error::PlanError,
};

/// What to write as `exclude`, which several languages have.
pub(super) const EXCLUDE: &str = "write a list of files and folders, such as `[\"tests\"]`";

/// One key of `[build]` that the language knows.
pub(super) struct Key<'a> {
    pub name: &'static str,
    setting: &'a Located<Setting>,
    manifest: &'a Manifest,
}

/// The keys of `[build]` in alphabetical order, each of which has to be `known`.
/// A message calls the agent `owner`, such as `a go agent`.
pub(super) fn keys<'a>(
    agent: &'a Agent,
    owner: &str,
    known: &[&'static str],
) -> impl Iterator<Item = Result<Key<'a>, PlanError>> {
    let manifest = &agent.manifest;
    manifest.build.iter().map(move |(key, setting)| {
        if let Some(name) = known.iter().copied().find(|known| *known == key.as_str()) {
            return Ok(Key {
                name,
                setting,
                manifest,
            });
        }
        let known = known.iter().copied();
        let help = match nearest(known.clone(), key) {
            Some(near) => format!("write `{near}`"),
            None => format!("{owner} has: {}", literals(known)),
        };
        let problem = format!("unknown key: `build.{key}`");
        Err(PlanError::setting(manifest, setting, problem, help))
    })
}

impl<'a> Key<'a> {
    /// The value, where it is a string.
    pub fn text(&self) -> Option<&'a str> {
        match &self.setting.value {
            Setting::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value, which has to be a list of strings; `help` says what to write.
    pub fn list(&self, help: &str) -> Result<&'a [String], PlanError> {
        match &self.setting.value {
            Setting::List(list) => Ok(list),
            _ => Err(self.refuse("a list of strings", help)),
        }
    }

    /// An error about a value that is not `expected`.
    pub fn refuse(&self, expected: &str, help: &str) -> PlanError {
        let problem = format!("`build.{}` has to be {expected}", self.name);
        PlanError::setting(self.manifest, self.setting, problem, help.to_owned())
    }
}
