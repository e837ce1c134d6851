//! The world `flow:agent`, as wasmtime generates it from its WIT.

wasmtime::component::bindgen!({
    path: "../../../wasm-toolchains/wit",
    world: "agent",
});
