//! Which features of WebAssembly a file makes use of.

use wasmparser::{Validator, WasmFeatures};

/// No proposals, but switches of the validator; a component says itself that
/// it is one.
const SWITCHES: WasmFeatures = WasmFeatures::FLOATS
    .union(WasmFeatures::GC_TYPES)
    .union(WasmFeatures::COMPONENT_MODEL);

/// Parts of larger proposals that are also features of their own. A proposal
/// is only there together with its part.
const PARTS: WasmFeatures =
    WasmFeatures::CALL_INDIRECT_OVERLONG.union(WasmFeatures::BULK_MEMORY_OPT);

/// The features without which `bytes`, which are valid with all of them, are
/// not: `simd`, `tail-call`, `component-async`.
pub(super) fn needed(bytes: &[u8]) -> Vec<String> {
    let whole = WasmFeatures::all().difference(SWITCHES.union(PARTS));
    let candidates: Vec<_> = whole
        .iter_names()
        .chain(PARTS.iter_names())
        .chain([
            // Their names stand for the part as well, which `whole` lacks.
            (
                "REFERENCE_TYPES",
                WasmFeatures::REFERENCE_TYPES.difference(PARTS),
            ),
            ("BULK_MEMORY", WasmFeatures::BULK_MEMORY.difference(PARTS)),
        ])
        .collect();
    let mut needed = Vec::new();
    search(bytes, &candidates, &mut needed);
    for (proposal, part) in [
        ("bulk-memory", "bulk-memory-opt"),
        ("reference-types", "call-indirect-overlong"),
    ] {
        if needed.iter().any(|name| name == proposal) {
            needed.retain(|name| name != part);
        }
    }
    needed.sort_unstable();
    needed
}

/// Adds those of `candidates` that are needed. What is valid without all of
/// them needs none of them, so that a few validations tell.
fn search(bytes: &[u8], candidates: &[(&str, WasmFeatures)], needed: &mut Vec<String>) {
    let without = candidates
        .iter()
        .fold(WasmFeatures::all(), |left, (_, feature)| {
            left.difference(*feature)
        });
    if Validator::new_with_features(without)
        .validate_all(bytes)
        .is_ok()
    {
        return;
    }
    if let [(name, _)] = candidates {
        let name = name.to_lowercase().replace('_', "-");
        needed.push(name.replace("cm-", "component-"));
        return;
    }
    let (one, other) = candidates.split_at(candidates.len() / 2);
    search(bytes, one, needed);
    search(bytes, other, needed);
}
