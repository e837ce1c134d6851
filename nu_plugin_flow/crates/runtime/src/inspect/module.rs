//! Imports and exports of core modules.

use wasmparser::types::{EntityType, TypesRef};
use wasmparser::{CompositeInnerType, ValType};

use super::item::{Item, Signature};
use crate::program::Kind;

/// How the module is run, its imports and its exports, in its order.
pub(super) fn items(types: TypesRef<'_>) -> (Kind, Vec<Item>, Vec<Item>) {
    let imports = types.core_imports().into_iter().flatten();
    let imports = imports.map(|(module, name, ty)| Item {
        interface: Some(module.to_owned()),
        name: name.to_owned(),
        signature: Signature::Text(signature(ty, types)),
    });
    let mut kind = Kind::Library;
    let exports = types.core_exports().into_iter().flatten();
    let exports = exports.map(|(name, ty)| {
        if name == "_start" {
            kind = Kind::Command;
        }
        Item {
            interface: None,
            name: name.to_owned(),
            signature: Signature::Text(signature(ty, types)),
        }
    });
    let exports = exports.collect();
    (kind, imports.collect(), exports)
}

fn signature(ty: EntityType, types: TypesRef<'_>) -> String {
    match ty {
        EntityType::Func(id) | EntityType::FuncExact(id) => {
            match types.get(id).map(|ty| &ty.composite_type.inner) {
                Some(CompositeInnerType::Func(function)) => {
                    let results = list(function.results());
                    let arrow = if results.is_empty() { "" } else { " -> " };
                    format!("({}){arrow}{results}", list(function.params()))
                }
                _ => "function".into(),
            }
        }
        EntityType::Global(global) => format!("global {}", global.content_type),
        EntityType::Table(table) => format!("table {}", table.element_type),
        EntityType::Memory(_) => "memory".into(),
        EntityType::Tag(_) => "tag".into(),
    }
}

fn list(types: &[ValType]) -> String {
    let types: Vec<_> = types.iter().map(ValType::to_string).collect();
    types.join(", ")
}
