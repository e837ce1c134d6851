//! What a file is, offers and needs, without running any of it.

pub(crate) mod component;
mod features;
pub(crate) mod item;
mod module;
mod permissions;
pub(crate) mod sections;
#[cfg(test)]
mod tests;

use std::path::Path;

use flow_cache::Digest;
use wasmparser::{Validator, WasmFeatures};

use self::item::Item;
use self::sections::{Memory, Producer};
use crate::code::{Encoding, encoding};
use crate::engine::Profile;
use crate::error::LoadError;
use crate::program::Kind;
use crate::runtime::Runtime;

/// What is known of a module or component from the outside.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// How it is run.
    pub kind: Kind,
    /// Whether it is a core module or a component.
    pub encoding: Encoding,
    /// Bytes of the file.
    pub size: u64,
    /// The digest of the file.
    pub digest: Digest,
    /// What it wants of its host.
    pub imports: Vec<Item>,
    /// What it offers.
    pub exports: Vec<Item>,
    /// Its linear memories, all together; `None` where it has none.
    pub memory: Option<Memory>,
    /// WebAssembly features without which it would not be valid, by the names
    /// of their proposals.
    pub features: Vec<String>,
    /// The tools that made it, as they put themselves down.
    pub producers: Vec<Producer>,
    /// The keys under `[permissions]` that its imports can make use of:
    /// `dirs`, `env`, `net`, `memory`, `agents`.
    pub permissions: Vec<&'static str>,
}

/// Inspects the module or component at `path`. A component is compiled into
/// the cache of `runtime`, which keeps its types with the code.
///
/// # Errors
/// Where the file cannot be read, is no WebAssembly, or is not valid.
pub fn inspect(runtime: &Runtime, path: &Path) -> Result<Inspection, LoadError> {
    let bytes = std::fs::read(path).map_err(|source| LoadError::Read {
        path: path.to_owned(),
        source,
    })?;
    let invalid = |error: wasmparser::BinaryReaderError| LoadError::Invalid {
        path: path.to_owned(),
        reason: error.to_string(),
    };
    let encoding = encoding(&bytes, path)?;
    let types = Validator::new_with_features(WasmFeatures::all())
        .validate_all(&bytes)
        .map_err(invalid)?;
    let (kind, imports, exports) = match encoding {
        Encoding::Module => module::items(types.as_ref()),
        Encoding::Component => {
            let program = runtime.load(path, Profile::General)?;
            let (imports, exports) = component::items(&program)?;
            (program.kind(), imports, exports)
        }
    };
    let sections = sections::read(&bytes).map_err(invalid)?;
    Ok(Inspection {
        kind,
        encoding,
        size: bytes.len() as u64,
        digest: Digest::of(&bytes),
        memory: sections.memory,
        features: features::needed(&bytes),
        producers: sections.producers,
        permissions: permissions::needed(&imports),
        imports,
        exports,
    })
}
