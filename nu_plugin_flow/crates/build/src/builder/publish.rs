//! Where users find artifacts.

use std::{fs, path::PathBuf};

use super::configuration::Builder;
use crate::{
    agent::definition::Agent,
    artifact::{self, Part},
    bundle,
    error::BuildError,
    languages::language::{Plan, Target},
    output::{BUNDLE, file_name, is_read_only},
};

impl Builder<'_> {
    /// Copies the parts to where users find them. A component or bundle also
    /// runs from the cache, where the agent has no folder that can be written.
    pub(super) fn publish(
        &self,
        agent: &Agent,
        plan: &Plan,
        parts: &[Part],
    ) -> Result<PathBuf, BuildError> {
        let place = agent.root.join(".flow").join("build");
        let failed = |source| BuildError::io("write", &place, source);
        let name = file_name(&agent.name);
        if let (Target::Component, [part]) = (self.target, parts) {
            // What `flow build` leaves is for the user; what is run stays in the cache.
            let stays = self.for_running && self.makes_component(agent);
            if !plan.has_folder || stays {
                return Ok(part.entry.path.clone());
            }
            let extension = match part.name.as_str() {
                BUNDLE => bundle::EXTENSION,
                _ => "wasm",
            };
            let path = place.join(format!("{name}.{extension}"));
            let published =
                artifact::own_folder(&agent.root).and_then(|_| artifact::publish(part, &path));
            return match published {
                Ok(()) => Ok(path),
                Err(error) if is_read_only(&error) => Ok(part.entry.path.clone()),
                Err(error) => Err(failed(error)),
            };
        }
        let folder = artifact::own_folder(&agent.root)
            .map_err(failed)?
            .join(format!("{name}-web"));
        fs::create_dir_all(&folder).map_err(failed)?;
        for part in parts {
            artifact::publish(part, &folder.join(&part.name)).map_err(failed)?;
        }
        Ok(folder)
    }
}
