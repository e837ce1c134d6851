//! Memory for the adapter between the two WASI, which asks for it before the
//! module was initialised.
//!
//! A runtime such as Go's can neither be called at that time nor bear that
//! somebody else grows its memory, which it takes to be its own to the end.
//! So its SDK sets an arena aside in the module's data, and an allocator that
//! only ever takes the next bytes of it is added to the module here.

use std::convert::Infallible;

use wasm_encoder::{
    BlockType, CodeSection, ExportKind, ExportSection, Function, FunctionSection, InstructionSink,
    MemArg, Module, TypeSection, ValType,
    reencode::{Error, Reencode, utils},
};
use wasmparser::{
    CodeSectionReader, DataKind, DataSectionReader, ExportSectionReader, FunctionSectionReader,
    Operator, Parser, Payload, TypeRef, TypeSectionReader,
};

use crate::{error::ComponentizeError, module::not_a_module};

/// The first bytes of an arena (see [`Allocation::Arena`](crate::Allocation::Arena)).
pub const ARENA_MARK: [u8; 16] = *b"flow:arena\x9e\x37\x79\xb9\x7f\x4a";

/// The export in which the encoder looks for the adapter's allocator.
const EXPORT: &str = "cabi_realloc_adapter";

/// Bytes of the mark, of the arena's size, and of how much of it is taken.
const HEADER: u32 = 24;

/// Where the number of bytes that are taken is kept, seen from the arena.
const TAKEN: u32 = 20;

/// What has to be known to add the allocator.
#[derive(Debug, Default, PartialEq, Eq)]
struct Layout {
    /// Address of the arena.
    base: u32,
    /// Its bytes, header and all.
    size: u32,
    /// How many functions the module imports and defines.
    functions: u32,
    /// How many types it has.
    types: u32,
}

/// `module` with an allocator from its arena, exported for the adapter.
pub(crate) fn add_allocator(module: &[u8]) -> Result<Vec<u8>, ComponentizeError> {
    let mut layout = layout(module)?;
    let mut with_allocator = Module::new();
    layout
        .parse_core_module(&mut with_allocator, Parser::new(0), module)
        .map_err(not_a_module)?;
    Ok(with_allocator.finish())
}

fn layout(module: &[u8]) -> Result<Layout, ComponentizeError> {
    let mut layout = Layout::default();
    let mut arena = None;
    let invalid = |error: wasmparser::BinaryReaderError| not_a_module(error.message());
    for payload in Parser::new(0).parse_all(module) {
        match payload.map_err(invalid)? {
            Payload::TypeSection(section) => {
                for group in section {
                    let types = group.map_err(invalid)?.types().len();
                    layout.types += u32::try_from(types).unwrap_or(u32::MAX);
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    if let TypeRef::Func(_) = import.map_err(invalid)?.ty {
                        layout.functions += 1;
                    }
                }
            }
            Payload::FunctionSection(section) => layout.functions += section.count(),
            Payload::DataSection(section) => arena = find(section).map_err(invalid)?,
            _ => {}
        }
    }
    let (base, size) = arena.ok_or(ComponentizeError::NoArena {
        reason: "no data begins with its mark",
    })?;
    if size <= HEADER || base.checked_add(size.saturating_mul(2)).is_none() {
        return Err(ComponentizeError::NoArena {
            reason: "its size is none that an arena can have",
        });
    }
    Ok(Layout {
        base,
        size,
        ..layout
    })
}

/// The address and size of the arena in a module's data.
fn find(section: DataSectionReader<'_>) -> wasmparser::Result<Option<(u32, u32)>> {
    for data in section {
        let data = data?;
        let DataKind::Active {
            memory_index: 0,
            offset_expr,
        } = data.kind
        else {
            continue;
        };
        let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
            continue;
        };
        let mark = ARENA_MARK.as_slice();
        let Some(at) = data
            .data
            .windows(mark.len())
            .position(|window| window == mark)
        else {
            continue;
        };
        // A compiler leaves out zeros at the end of a segment.
        let mut size = [0; 4];
        let after = data.data.get(at + mark.len()..).unwrap_or_default();
        for (to, from) in size.iter_mut().zip(after) {
            *to = *from;
        }
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        let base = value.cast_unsigned().saturating_add(at);
        return Ok(Some((base, u32::from_le_bytes(size))));
    }
    Ok(None)
}

impl Layout {
    /// `(old, old size, align, size) -> address`; a trap where too little is
    /// left, or where memory is given back, which the adapter never does.
    fn allocator(&self) -> Function {
        const OLD: u32 = 0;
        const ALIGN: u32 = 2;
        const SIZE: u32 = 3;
        const AT: u32 = 4;
        let free = self.base + HEADER;
        let taken = MemArg {
            offset: u64::from(self.base + TAKEN),
            align: 0,
            memory_index: 0,
        };
        let mut function = Function::new([(1, ValType::I32)]);
        let mut code = function.instructions();
        trap_if(code.local_get(OLD));
        trap_if(code.local_get(SIZE).i32_const(signed(self.size)).i32_gt_u());
        // at = (free + taken + align - 1) & -align
        code.i32_const(0).i32_load(taken);
        code.i32_const(signed(free)).i32_add();
        code.local_get(ALIGN).i32_add().i32_const(1).i32_sub();
        code.i32_const(0).local_get(ALIGN).i32_sub().i32_and();
        code.local_tee(AT).local_get(SIZE).i32_add();
        code.i32_const(signed(self.base + self.size)).i32_gt_u();
        trap_if(&mut code);
        // taken = at + size - free
        code.i32_const(0).local_get(AT).local_get(SIZE).i32_add();
        code.i32_const(signed(free)).i32_sub().i32_store(taken);
        code.local_get(AT).end();
        function
    }
}

/// Traps if the value on the stack is not zero.
fn trap_if(code: &mut InstructionSink<'_>) {
    code.if_(BlockType::Empty).unreachable().end();
}

/// The same bits, as constants are written.
fn signed(bits: u32) -> i32 {
    bits.cast_signed()
}

impl Reencode for Layout {
    type Error = Infallible;

    fn parse_type_section(
        &mut self,
        types: &mut TypeSection,
        section: TypeSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_type_section(self, types, section)?;
        types.ty().function([ValType::I32; 4], [ValType::I32]);
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_function_section(self, functions, section)?;
        functions.function(self.types);
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: ExportSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_export_section(self, exports, section)?;
        exports.export(EXPORT, ExportKind::Func, self.functions);
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        codes: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_code_section(self, codes, section)?;
        codes.function(&self.allocator());
        Ok(())
    }
}
