//! The section `dylink.0`: what a library needs before it can be linked.

use wasmparser::{Dylink0Subsection, KnownCustom, Parser, Payload};

use super::error::LinkError;

/// What the section says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Dylink {
    /// Bytes of data.
    pub memory_size: u32,
    /// Their alignment, as a power of two.
    pub memory_alignment: u32,
    /// Elements of the function table.
    pub table_size: u32,
    /// Libraries that have to be loaded before.
    pub needed: Vec<String>,
    /// Folders in which those are; `$ORIGIN` stands for that of this library.
    pub run_paths: Vec<String>,
}

impl Dylink {
    /// Reads it from a module.
    pub(super) fn read(wasm: &[u8]) -> Result<Self, LinkError> {
        for payload in Parser::new(0).parse_all(wasm) {
            let Payload::CustomSection(section) = payload? else {
                continue;
            };
            let KnownCustom::Dylink0(subsections) = section.as_known() else {
                continue;
            };
            let mut found = Self::default();
            for subsection in subsections {
                match subsection? {
                    Dylink0Subsection::MemInfo(info) => {
                        found.memory_size = info.memory_size;
                        found.memory_alignment = info.memory_alignment;
                        found.table_size = info.table_size;
                    }
                    Dylink0Subsection::Needed(names) => {
                        found.needed = names.into_iter().map(str::to_owned).collect();
                    }
                    Dylink0Subsection::RuntimePath(paths) => {
                        found.run_paths = paths.into_iter().map(str::to_owned).collect();
                    }
                    _ => {}
                }
            }
            return Ok(found);
        }
        Err(LinkError::shape("no section `dylink.0`: it is no library"))
    }
}
