//! A library (`.so`): a module that is linked while Python runs.

use std::convert::Infallible;

use wasm_encoder::reencode::{Error as ReencodeError, Reencode};
use wasm_encoder::{DataSection, Module};
use wasmparser::{DataSectionReader, Parser, Payload, TypeRef};

use super::data::{DataSegment, segments};
use super::dylink::Dylink;
use super::error::LinkError;
use super::names::{OFFSETS_OF_DATA, OFFSETS_OF_FUNCTIONS};
use super::symbols::Symbols;
use crate::exceptions;

/// A library, prepared.
#[derive(Debug)]
pub(crate) struct Library {
    /// Without its data, so that it can be put back into a state.
    pub wasm: Vec<u8>,
    /// Its data at first, counted from its base.
    pub segments: Vec<DataSegment>,
    pub dylink: Dylink,
    pub symbols: Symbols,
    /// The globals that it imports, in order.
    pub globals: Vec<Global>,
}

/// One imported global.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Global {
    /// Where its data begin.
    MemoryBase,
    /// Where its elements of the function table begin.
    TableBase,
    /// The stack pointer, shared by all modules.
    StackPointer,
    /// The address of something, in its own or another module.
    Data(String),
    /// The element of a function, of its own or another module.
    Function(String),
}

impl Library {
    /// Prepares `wasm`.
    pub(crate) fn prepare(wasm: &[u8]) -> Result<Self, LinkError> {
        let converted = exceptions::convert(wasm)?;
        let mut data = Vec::new();
        let mut globals = Vec::new();
        for payload in Parser::new(0).parse_all(&converted) {
            match payload? {
                Payload::DataSection(section) => data = segments(section)?,
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        let import = import?;
                        if let TypeRef::Global(_) = import.ty {
                            globals.push(Global::of(import.module, import.name)?);
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(Self {
            wasm: without_data(&converted)?,
            segments: data,
            dylink: Dylink::read(&converted)?,
            symbols: Symbols::read(&converted)?,
            globals,
        })
    }
}

impl Global {
    fn of(module: &str, name: &str) -> Result<Self, LinkError> {
        match (module, name) {
            ("env", "__memory_base") => Ok(Self::MemoryBase),
            ("env", "__table_base") => Ok(Self::TableBase),
            ("env", "__stack_pointer") => Ok(Self::StackPointer),
            (OFFSETS_OF_DATA, name) => Ok(Self::Data(name.to_owned())),
            (OFFSETS_OF_FUNCTIONS, name) => Ok(Self::Function(name.to_owned())),
            (module, name) => Err(LinkError::shape(format!(
                "the library imports the global `{module}.{name}`"
            ))),
        }
    }
}

/// The module without its data, which is written once, when it is loaded.
pub(crate) fn without_data(wasm: &[u8]) -> Result<Vec<u8>, LinkError> {
    struct Rewriter;
    impl Reencode for Rewriter {
        type Error = Infallible;

        fn parse_data_section(
            &mut self,
            _data: &mut DataSection,
            _section: DataSectionReader<'_>,
        ) -> Result<(), ReencodeError<Infallible>> {
            Ok(())
        }

        fn data_count(&mut self, _count: u32) -> Result<u32, ReencodeError<Infallible>> {
            Ok(0)
        }
    }
    let mut module = Module::new();
    Rewriter.parse_core_module(&mut module, Parser::new(0), wasm)?;
    Ok(module.finish())
}
