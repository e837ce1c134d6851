//! Imports and exports of components.

use wasmtime::Engine;
use wasmtime::component::types::{ComponentItem, ResourceType};

use super::item::{Item, Signature};
use crate::error::LoadError;
use crate::program::Program;

/// The imports and exports of a component, in its order.
pub(super) fn items(program: &Program) -> Result<(Vec<Item>, Vec<Item>), LoadError> {
    let engine = &program.set.engine;
    let component = program.component()?.component_type();
    let mut imports = Vec::new();
    for (name, import) in component.imports(engine) {
        add(&mut imports, None, name, &import.ty, engine);
    }
    let mut exports = Vec::new();
    for (name, export) in component.exports(engine) {
        add(&mut exports, None, name, &export.ty, engine);
    }
    Ok((imports, exports))
}

/// Adds an item, or all that are in it if it is an interface. Type names are
/// left out, as component types are structural.
fn add(
    found: &mut Vec<Item>,
    interface: Option<&str>,
    name: &str,
    item: &ComponentItem,
    engine: &Engine,
) {
    let signature = match item {
        ComponentItem::ComponentFunc(function) => Signature::Function {
            parameters: function
                .params()
                .map(|(name, ty)| (name.to_owned(), ty))
                .collect(),
            result: function.results().next(),
        },
        ComponentItem::ComponentInstance(inner) if interface.is_none() => {
            for (function, item) in inner.exports(engine) {
                add(found, Some(name), function, &item.ty, engine);
            }
            return;
        }
        ComponentItem::Type(_) => return,
        ComponentItem::Resource(_) => Signature::Text("resource".into()),
        ComponentItem::ComponentInstance(_) => Signature::Text("interface".into()),
        ComponentItem::Component(_) => Signature::Text("component".into()),
        ComponentItem::Module(_) => Signature::Text("module".into()),
        ComponentItem::CoreFunc(function) => Signature::Text(function.to_string()),
    };
    found.push(Item {
        interface: interface.map(Into::into),
        name: name.into(),
        signature,
    });
}

/// The name of a resource type that `program` exports or imports, with its
/// interface: `acme:rockets/pad@1.0.0#rocket`. `None` where it has no name, or
/// `program` is a core module.
#[must_use]
pub fn resource_name(program: &Program, resource: &ResourceType) -> Option<String> {
    let engine = &program.set.engine;
    let component = program.component().ok()?.component_type();
    let named = |name: &str, item: &ComponentItem| match item {
        ComponentItem::Resource(found) => (found == resource).then(|| name.to_owned()),
        ComponentItem::ComponentInstance(interface) => interface
            .exports(engine)
            .find(
                |(_, item)| matches!(&item.ty, ComponentItem::Resource(found) if found == resource),
            )
            .map(|(inner, _)| format!("{name}#{inner}")),
        _ => None,
    };
    component
        .exports(engine)
        .chain(component.imports(engine))
        .find_map(|(name, item)| named(name, &item.ty))
}
