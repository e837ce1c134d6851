use wasm_encoder::{
    CodeSection, Module, RawSection, TypeSection,
    reencode::{Reencode, utils},
};
use wasmparser::{CodeSectionReader, Parser, Payload};

use super::{error::ConvertError, translation::Translation};

/// Rewrites the functions of a module that use legacy exceptions, and appends
/// the types that this takes.
///
/// Everything else is copied byte for byte: sections and their order, custom
/// ones included, and the other functions. The module is read, not validated:
/// an invalid one may come back as invalid as it was.
pub fn convert(wasm: &[u8]) -> Result<Vec<u8>, ConvertError> {
    let translation = Translation::of(wasm)?;
    if translation.is_empty() {
        return Ok(wasm.to_vec());
    }
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        let Some((id, range)) = payload.as_section() else {
            continue;
        };
        let start = range.start;
        let data = wasm.get(range).unwrap_or_default();
        match payload {
            Payload::TypeSection(section) => {
                let mut types = TypeSection::new();
                utils::parse_type_section(&mut SameIndices, &mut types, section)?;
                translation.append_types(&mut SameIndices, &mut types)?;
                module.section(&types);
            }
            Payload::CodeSectionStart { .. } => {
                let reader = wasmparser::BinaryReader::new(data, start);
                module.section(&code(&translation, CodeSectionReader::new(reader)?)?);
            }
            _ => {
                module.section(&RawSection { id, data });
            }
        }
    }
    Ok(module.finish())
}

fn code(
    translation: &Translation,
    section: CodeSectionReader<'_>,
) -> Result<CodeSection, ConvertError> {
    let mut code = CodeSection::new();
    for body in section {
        let body = body?;
        if translation.rewrites(&body) {
            code.function(&translation.function(&mut SameIndices, &body)?);
        } else {
            code.raw(body.as_bytes());
        }
    }
    Ok(code)
}

struct SameIndices;

impl Reencode for SameIndices {
    type Error = ConvertError;
}
