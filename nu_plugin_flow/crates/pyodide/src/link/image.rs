//! A module that holds nothing but a memory and its content. wasmtime maps
//! that content copy-on-write, and compiles it in no time, since there is no
//! code in it: so one compiled interpreter serves any number of images.

use wasm_encoder::{
    ConstExpr, DataSection, ExportKind, ExportSection, MemorySection, MemoryType, Module,
};

use super::data::DataSegment;
use super::error::LinkError;

/// Bytes of a page of WebAssembly.
const PAGE: u64 = 65_536;
/// Content is told apart from zeros in pieces of this size, that of a page of
/// the kernel.
const PIECE: usize = 4_096;
/// Most pages a 32-bit memory can have.
const PAGES: u64 = 65_536;

/// The content of a memory.
#[derive(Debug)]
pub(crate) struct Image {
    pages: u64,
    segments: Vec<DataSegment>,
}

impl Image {
    /// An image of `pages` that begins with `segments` and is zero elsewhere.
    pub(crate) fn of_segments(pages: u64, segments: Vec<DataSegment>) -> Self {
        Self { pages, segments }
    }

    /// The image of a living memory. Where `dead` is, it becomes zero.
    pub(crate) fn of_memory(memory: &[u8], dead: std::ops::Range<usize>) -> Self {
        let mut segments: Vec<DataSegment> = Vec::new();
        for (number, piece) in memory.chunks(PIECE).enumerate() {
            let start = number * PIECE;
            if piece.iter().all(|byte| *byte == 0) {
                continue;
            }
            let mut piece = piece.to_vec();
            for (at, byte) in piece.iter_mut().enumerate() {
                if dead.contains(&(start + at)) {
                    *byte = 0;
                }
            }
            match segments.last_mut() {
                Some(last) if last.offset as usize + last.bytes.len() == start => {
                    last.bytes.append(&mut piece);
                }
                _ => segments.push(DataSegment {
                    offset: u32::try_from(start).unwrap_or(u32::MAX),
                    bytes: piece,
                }),
            }
        }
        Self {
            pages: memory.len() as u64 / PAGE,
            segments,
        }
    }

    /// The module, which exports its memory as `memory`.
    pub(crate) fn module(&self) -> Result<Vec<u8>, LinkError> {
        if self.pages > PAGES {
            return Err(LinkError::shape("a memory of more than 4 GiB"));
        }
        let mut memories = MemorySection::new();
        memories.memory(memory_type(self.pages));
        let mut exports = ExportSection::new();
        exports.export("memory", ExportKind::Memory, 0);
        let mut data = DataSection::new();
        for segment in &self.segments {
            let offset = ConstExpr::i32_const(segment.offset.cast_signed());
            data.active(0, &offset, segment.bytes.iter().copied());
        }
        let mut module = Module::new();
        module.section(&memories).section(&exports).section(&data);
        Ok(module.finish())
    }
}

/// A memory that begins with so many pages and grows as far as it can.
pub(super) fn memory_type(pages: u64) -> MemoryType {
    MemoryType {
        minimum: pages,
        maximum: Some(PAGES),
        memory64: false,
        shared: false,
        page_size_log2: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_and_dead_bytes_are_left_out() {
        let mut memory = vec![0; 3 * PAGE as usize];
        memory[10] = 1;
        memory[5_000] = 2;
        memory[100_000] = 3;
        let image = Image::of_memory(&memory, 4_900..5_100);
        let offsets: Vec<_> = image.segments.iter().map(|s| s.offset).collect();
        assert_eq!(offsets, [0, 98_304]);
        assert_eq!(image.segments[0].bytes.len(), 2 * PIECE);
        assert!(image.segments[0].bytes[4_096..].iter().all(|b| *b == 0));
        let module = image.module().unwrap();
        wasmparser::Validator::new().validate_all(&module).unwrap();
    }
}
