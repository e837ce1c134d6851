//! Data segments, which are taken out of modules: of the main module, since
//! they are part of its memory image; of a library, since they are written
//! once and are then part of every later image.

use wasmparser::{ConstExpr, DataKind, DataSectionReader, Operator};

use super::error::LinkError;

/// Bytes and where they begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DataSegment {
    /// Counted from the start of the memory, or from the base of a library.
    pub offset: u32,
    pub bytes: Vec<u8>,
}

/// Reads the segments of a section; all have to be active ones.
pub(super) fn segments(section: DataSectionReader<'_>) -> Result<Vec<DataSegment>, LinkError> {
    section
        .into_iter()
        .map(|segment| {
            let segment = segment?;
            let DataKind::Active { offset_expr, .. } = &segment.kind else {
                return Err(LinkError::shape("a passive data segment"));
            };
            Ok(DataSegment {
                offset: offset(offset_expr)?,
                bytes: segment.data.to_vec(),
            })
        })
        .collect()
}

/// The value of `i32.const n`, or what is added to an imported base in
/// `global.get base` and `(i32.add (global.get base) (i32.const n))`.
pub(super) fn offset(expression: &ConstExpr<'_>) -> Result<u32, LinkError> {
    let mut value = 0;
    for operator in expression.get_operators_reader() {
        match operator? {
            Operator::I32Const { value: constant } => value = constant.cast_unsigned(),
            Operator::GlobalGet { .. } | Operator::I32Add | Operator::End => {}
            other => {
                return Err(LinkError::shape(format!("an address made by {other:?}")));
            }
        }
    }
    Ok(value)
}
