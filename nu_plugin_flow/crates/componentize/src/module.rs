//! Core modules, section by section.

use wasm_encoder::{Module, RawSection};
use wasmparser::{Encoding, Parser, Payload};

use crate::{error::ComponentizeError, world::World};

/// The prefix of custom sections that describe a component's world.
const WORLD_SECTION: &str = "component-type";

/// What every world needs, whatever it exports.
const ALWAYS: &[&str] = &["memory", "cabi_realloc"];

pub(crate) fn not_a_module(reason: impl ToString) -> ComponentizeError {
    ComponentizeError::NotAModule {
        reason: reason.to_string(),
    }
}

/// `bytes` without the sections in which a compiler described a world.
pub(crate) fn without_worlds(bytes: &[u8]) -> Result<Vec<u8>, ComponentizeError> {
    if !bytes.starts_with(b"\0asm") {
        return Err(not_a_module("it does not begin like one"));
    }
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload.map_err(|error| not_a_module(error.message()))?;
        match &payload {
            Payload::Version {
                encoding: Encoding::Component,
                ..
            } => {
                return Err(not_a_module("it is a component already"));
            }
            Payload::CustomSection(section) if section.name().starts_with(WORLD_SECTION) => {
                continue;
            }
            _ => {}
        }
        if let Some((id, range)) = payload.as_section() {
            let data = bytes
                .get(range)
                .ok_or_else(|| not_a_module("it ends within a section"))?;
            module.section(&RawSection { id, data });
        }
    }
    Ok(module.finish())
}

/// Sees that everything is exported that `world` needs, and `also`.
pub(crate) fn check_exports(
    bytes: &[u8],
    world: World,
    also: &[&'static str],
) -> Result<(), ComponentizeError> {
    let mut exports = Vec::new();
    for payload in Parser::new(0).parse_all(bytes) {
        if let Payload::ExportSection(section) =
            payload.map_err(|error| not_a_module(error.message()))?
        {
            for export in section {
                exports.push(export.map_err(|error| not_a_module(error.message()))?.name);
            }
        }
    }
    let needed = world.exports().iter().chain(ALWAYS).chain(also);
    match needed.into_iter().find(|name| !exports.contains(name)) {
        Some(export) => Err(ComponentizeError::MissingExport { export, world }),
        None => Ok(()),
    }
}
