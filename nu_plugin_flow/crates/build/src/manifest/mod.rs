//! `agent.toml`: what an agent says about itself. All keys are optional; anything that is not a key
//! is an error that names its place.

mod content;
mod error;
mod file;
mod reader;
mod sections;

pub use content::{Grant, LimitOverrides, Located, Manifest, Setting};
pub use error::{InvalidManifest, ManifestError, Problem};
pub use file::FILE_NAME;

#[cfg(test)]
mod tests;
