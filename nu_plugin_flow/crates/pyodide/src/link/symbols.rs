//! Where a module's symbols are: its data by address, its functions by their
//! elements of the function table.

use std::collections::HashMap;

use wasmparser::{ElementItems, ElementKind, ExternalKind, Operator, Parser, Payload, TypeRef};

use super::data::offset;
use super::error::LinkError;

/// The symbols that a module exports. Addresses and elements of a library
/// count from its bases.
#[derive(Debug, Default)]
pub(crate) struct Symbols {
    /// Functions, with their element where the module itself has one.
    pub functions: HashMap<String, Option<u32>>,
    /// Addresses of data.
    pub data: HashMap<String, u32>,
}

impl Symbols {
    /// Reads them from a module, before or after it was prepared.
    pub(crate) fn read(wasm: &[u8]) -> Result<Self, LinkError> {
        let mut imported_functions = 0u32;
        let mut globals: Vec<Option<u32>> = Vec::new();
        let mut exports = Vec::new();
        let mut elements: HashMap<u32, u32> = HashMap::new();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        match import?.ty {
                            TypeRef::Func(_) | TypeRef::FuncExact(_) => imported_functions += 1,
                            TypeRef::Global(_) => globals.push(None),
                            _ => {}
                        }
                    }
                }
                Payload::GlobalSection(section) => {
                    for global in section {
                        let global = global?;
                        let address = (!global.ty.mutable).then(|| offset(&global.init_expr).ok());
                        globals.push(address.flatten());
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export?;
                        exports.push((export.name.to_owned(), export.kind, export.index));
                    }
                }
                Payload::ElementSection(section) => {
                    for element in section {
                        let element = element?;
                        let ElementKind::Active { offset_expr, .. } = &element.kind else {
                            continue;
                        };
                        let first = offset(offset_expr)?;
                        for (function, slot) in functions(element.items)?.into_iter().zip(first..) {
                            if let Some(function) = function {
                                elements.entry(function).or_insert(slot);
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        let mut symbols = Self::default();
        for (name, kind, index) in exports {
            match kind {
                ExternalKind::Func if index >= imported_functions => {
                    symbols
                        .functions
                        .insert(name, elements.get(&index).copied());
                }
                ExternalKind::Global => {
                    if let Some(Some(address)) = globals.get(index as usize) {
                        symbols.data.insert(name, *address);
                    }
                }
                _ => {}
            }
        }
        Ok(symbols)
    }
}

/// The functions of a segment, in order; `None` is a null reference.
fn functions(items: ElementItems<'_>) -> Result<Vec<Option<u32>>, LinkError> {
    match items {
        ElementItems::Functions(functions) => functions
            .into_iter()
            .map(|function| Ok(Some(function?)))
            .collect(),
        ElementItems::Expressions(_, expressions) => expressions
            .into_iter()
            .map(|expression| {
                for operator in expression?.get_operators_reader() {
                    if let Operator::RefFunc { function_index } = operator? {
                        return Ok(Some(function_index));
                    }
                }
                Ok(None)
            })
            .collect(),
    }
}
