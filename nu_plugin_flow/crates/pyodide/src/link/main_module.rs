//! Pyodide's main module, prepared: its memory comes from an image, so that
//! one compiled module starts from any state; its exceptions are those that
//! wasmtime has; and it can be put back into a state by its mutable globals.

use std::collections::HashSet;
use std::convert::Infallible;

use wasm_encoder::reencode::{Error as ReencodeError, Reencode, RoundtripReencoder};
use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, EntityType, ExportKind, ExportSection, FunctionSection,
    GlobalSection, GlobalType, ImportSection, MemorySection, Module, TypeSection, ValType,
};
use wasmparser::{
    CodeSectionReader, DataSectionReader, ExportSectionReader, ExternalKind, FunctionSectionReader,
    GlobalSectionReader, ImportSectionReader, MemorySectionReader, Parser, Payload, TypeRef,
    TypeSectionReader,
};

use super::error::LinkError;
use super::image::{Image, memory_type};
use super::names::{MUTABLE_GLOBAL, OFFSETS_OF_DATA, OFFSETS_OF_FUNCTIONS, TRAMPOLINE};
use super::{data, trampoline};
use crate::exceptions;

/// What has to be known of the module before it is written again.
#[derive(Debug, Default)]
struct Facts {
    imported_functions: u32,
    defined_functions: u32,
    types: u32,
    pages: u64,
    /// Indices of mutable globals, and which of them have names.
    mutable: Vec<u32>,
    exported: HashSet<u32>,
    /// Entries of the global offset table; all come first.
    offsets: u32,
}

/// The main module as wasmtime links it: it imports its memory (`env.memory`)
/// and functions, and exports every mutable global.
pub(crate) fn interpreter(wasm: &[u8]) -> Result<Vec<u8>, LinkError> {
    let converted = exceptions::convert(wasm)?;
    let facts = Facts::read(&converted)?;
    let mut module = Module::new();
    Rewriter { facts }.parse_core_module(&mut module, Parser::new(0), &converted)?;
    Ok(module.finish())
}

/// The memory with which the main module begins.
pub(crate) fn initial_image(wasm: &[u8]) -> Result<Image, LinkError> {
    let mut pages = 0;
    let mut segments = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::MemorySection(section) => {
                for memory in section {
                    pages = memory?.initial;
                }
            }
            Payload::DataSection(section) => segments = data::segments(section)?,
            _ => {}
        }
    }
    Ok(Image::of_segments(pages, segments))
}

impl Facts {
    fn read(wasm: &[u8]) -> Result<Self, LinkError> {
        let mut facts = Self::default();
        let mut globals = 0;
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::TypeSection(section) => {
                    for group in section {
                        facts.types += group?.types().len() as u32;
                    }
                }
                Payload::ImportSection(section) => facts.imports(section, &mut globals)?,
                Payload::FunctionSection(section) => facts.defined_functions = section.count(),
                Payload::MemorySection(section) => {
                    for memory in section {
                        facts.pages = memory?.initial;
                    }
                }
                Payload::GlobalSection(section) => {
                    for global in section {
                        if global?.ty.mutable {
                            facts.mutable.push(globals);
                        }
                        globals += 1;
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export?;
                        if export.kind == ExternalKind::Global {
                            facts.exported.insert(export.index);
                        }
                    }
                }
                _ => {}
            }
        }
        if facts.pages == 0 {
            return Err(LinkError::shape("the main module has no memory of its own"));
        }
        Ok(facts)
    }

    fn imports(
        &mut self,
        section: ImportSectionReader<'_>,
        globals: &mut u32,
    ) -> Result<(), LinkError> {
        for import in section.into_imports() {
            let import = import?;
            match import.ty {
                TypeRef::Func(_) | TypeRef::FuncExact(_) => self.imported_functions += 1,
                TypeRef::Global(_) => {
                    if ![OFFSETS_OF_DATA, OFFSETS_OF_FUNCTIONS].contains(&import.module) {
                        return Err(LinkError::shape(format!(
                            "the main module imports the global `{}`",
                            import.name
                        )));
                    }
                    self.offsets += 1;
                    *globals += 1;
                }
                _ => {
                    return Err(LinkError::shape(format!(
                        "the main module imports `{}`, which is no function",
                        import.name
                    )));
                }
            }
        }
        Ok(())
    }

    /// The index of the trampoline, which comes last.
    fn trampoline(&self) -> u32 {
        self.imported_functions + self.defined_functions
    }
}

struct Rewriter {
    facts: Facts,
}

type Written<T> = Result<T, ReencodeError<Infallible>>;

impl Reencode for Rewriter {
    type Error = Infallible;

    fn parse_type_section(
        &mut self,
        types: &mut TypeSection,
        section: TypeSectionReader<'_>,
    ) -> Written<()> {
        RoundtripReencoder.parse_type_section(types, section)?;
        for (parameters, results) in trampoline::types() {
            types.ty().function(parameters, results);
        }
        Ok(())
    }

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: ImportSectionReader<'_>,
    ) -> Written<()> {
        let memory = memory_type(self.facts.pages);
        imports.import("env", "memory", EntityType::Memory(memory));
        for import in section.into_imports() {
            let import = import?;
            if matches!(import.ty, TypeRef::Func(_) | TypeRef::FuncExact(_)) {
                RoundtripReencoder.parse_import(imports, import)?;
            }
        }
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Written<()> {
        RoundtripReencoder.parse_function_section(functions, section)?;
        // Its own type is the last of those that were added.
        let last = self.facts.types + trampoline::types().len() as u32 - 1;
        functions.function(last);
        Ok(())
    }

    fn parse_memory_section(
        &mut self,
        _memories: &mut MemorySection,
        _section: MemorySectionReader<'_>,
    ) -> Written<()> {
        Ok(())
    }

    fn parse_global_section(
        &mut self,
        globals: &mut GlobalSection,
        section: GlobalSectionReader<'_>,
    ) -> Written<()> {
        // Functions of a browser, all absent. They keep their indices, since
        // imported globals come before the others.
        let absent = GlobalType {
            val_type: ValType::I32,
            mutable: false,
            shared: false,
        };
        for _ in 0..self.facts.offsets {
            globals.global(absent, &ConstExpr::i32_const(0));
        }
        RoundtripReencoder.parse_global_section(globals, section)
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: ExportSectionReader<'_>,
    ) -> Written<()> {
        RoundtripReencoder.parse_export_section(exports, section)?;
        exports.export(TRAMPOLINE, ExportKind::Func, self.facts.trampoline());
        for (number, index) in self.facts.mutable.iter().enumerate() {
            let name = format!("{MUTABLE_GLOBAL}{number}");
            exports.export(&name, ExportKind::Global, *index);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Written<()> {
        for body in section {
            code.raw(body?.as_bytes());
        }
        code.function(&trampoline::body(self.facts.types));
        Ok(())
    }

    fn parse_data_section(
        &mut self,
        _data: &mut DataSection,
        _section: DataSectionReader<'_>,
    ) -> Written<()> {
        Ok(())
    }

    fn data_count(&mut self, _count: u32) -> Written<u32> {
        Ok(0)
    }
}
