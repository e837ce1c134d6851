//! Memories and producers, in a module or anywhere inside a component.

use std::collections::BTreeSet;

use wasmparser::{
    BinaryReaderError, Encoding, KnownCustom, MemoryType, Parser, Payload, ProducersSectionReader,
    TypeRef,
};

/// Bytes of a page as its binary logarithm, where a memory does not say.
const PAGE: u32 = 16;

/// Sizes of all linear memories together, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// When they are made.
    pub minimum: u64,
    /// To which they may grow; `None` where one of them has no maximum.
    pub maximum: Option<u64>,
}

/// A tool or language that had a part in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Producer {
    /// `language`, `sdk` or `processed-by`.
    pub field: String,
    /// Such as `rustc`.
    pub name: String,
    /// Often empty.
    pub version: String,
}

/// What was found.
#[derive(Default)]
pub(super) struct Sections {
    pub(super) memory: Option<Memory>,
    /// In order, each once.
    pub(super) producers: Vec<Producer>,
}

/// Reads all sections of `bytes`, which are valid.
pub(super) fn read(bytes: &[u8]) -> Result<Sections, BinaryReaderError> {
    let mut memory = None;
    let mut producers = BTreeSet::new();
    // Modules inside a component hand each other their memories: only where
    // one is defined does it count.
    let mut is_component = false;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::Version { encoding, .. } => {
                is_component |= encoding == Encoding::Component;
            }
            Payload::ImportSection(imports) if !is_component => {
                for import in imports.into_imports() {
                    if let TypeRef::Memory(ty) = import?.ty {
                        add(&mut memory, &ty);
                    }
                }
            }
            Payload::MemorySection(memories) => {
                for ty in memories {
                    add(&mut memory, &ty?);
                }
            }
            Payload::CustomSection(section) => {
                if let KnownCustom::Producers(section) = section.as_known() {
                    collect(section, &mut producers);
                }
            }
            _ => {}
        }
    }
    Ok(Sections {
        memory,
        producers: producers.into_iter().collect(),
    })
}

fn add(memory: &mut Option<Memory>, ty: &MemoryType) {
    let page = 1_u64
        .checked_shl(ty.page_size_log2.unwrap_or(PAGE))
        .unwrap_or(u64::MAX);
    let minimum = ty.initial.saturating_mul(page);
    let maximum = ty.maximum.map(|pages| pages.saturating_mul(page));
    *memory = Some(match *memory {
        None => Memory { minimum, maximum },
        Some(others) => Memory {
            minimum: others.minimum.saturating_add(minimum),
            maximum: others
                .maximum
                .zip(maximum)
                .map(|(others, maximum)| others.saturating_add(maximum)),
        },
    });
}

/// Takes what is legible: a custom section does not have to be valid.
fn collect(section: ProducersSectionReader<'_>, producers: &mut BTreeSet<Producer>) {
    for field in section.into_iter().map_while(Result::ok) {
        for value in field.values.into_iter().map_while(Result::ok) {
            producers.insert(Producer {
                field: field.name.to_owned(),
                name: value.name.to_owned(),
                version: value.version.to_owned(),
            });
        }
    }
}
