//! What `<agent>` on the command line means.

use std::path::Path;

use super::{
    definition::Agent,
    error::AgentError,
    search::{find_named, unknown},
};

impl Agent {
    /// Finds the agent that `text` means, seen from `directory`: a `.wasm`
    /// file, a source file, an agent's folder, or the name of an agent in
    /// `directory` or a folder above it (see [`find_named`]).
    ///
    /// # Errors
    /// There is no such agent (with the near miss), the file or folder is no
    /// agent, its manifest is wrong, or its language is not supported.
    pub fn locate(text: &str, directory: &Path) -> Result<Agent, AgentError> {
        let path = directory.join(text);
        if text.is_empty() {
            return Err(unknown(text, directory));
        }
        if path.is_dir() {
            return match Agent::in_folder(&path) {
                // A folder that only happens to be called like the agent.
                Err(error @ AgentError::NoAgent { .. }) if is_name(text) => {
                    find_named(text, directory).map_err(|_| error)
                }
                result => result,
            };
        }
        if path.is_file() {
            return Agent::in_file(&path);
        }
        if is_name(text) {
            return find_named(text, directory);
        }
        Err(AgentError::NoFile { path })
    }
}

/// Whether a text can be the name of an agent, and is not obviously a path.
fn is_name(text: &str) -> bool {
    !text.contains(['/', '\\']) && !text.starts_with('.') && Path::new(text).extension().is_none()
}
