//! What is not there: the bridge to JavaScript, threads, foreign functions.
//! A program that reaches such a function ends with the function's name.

use wasmtime::{ExternType, Linker, Module, Val, ValType};

use super::namespace::ENV;
use crate::state::State;

/// Functions without which Pyodide does not start, but which have nothing to
/// do without JavaScript: they answer zero, or a null reference.
const NOTHING: &[&str] = &[
    "__hiwire_deduplicate_new",
    "_Py_CheckEmscriptenSignals_Helper",
    "_Py_emscripten_runtime",
    "_emscripten_runtime_keepalive_clear",
    "_maybe_poll_async",
    "_setitimer_js",
    "_try_fcntl64",
    "_try_shutdown",
    "can_run_sync_js",
    "emscripten_debugger",
    "emscripten_promise_create",
    "emscripten_promise_destroy",
    "emscripten_promise_resolve",
    "emscripten_runtime_keepalive_pop",
    "emscripten_runtime_keepalive_push",
    "emscripten_set_up_async_input_device_js",
    "ffi_closure_alloc_js",
    "ffi_closure_free_js",
    "gc_register_proxies",
];

/// Defines [`NOTHING`] by the types that `main` imports, and everything else
/// that is not defined by now as a trap with its name.
pub(super) fn link(linker: &mut Linker<State>, main: &Module) -> wasmtime::Result<()> {
    for import in main.imports() {
        let ExternType::Func(ty) = import.ty() else {
            continue;
        };
        if import.module() != ENV || !NOTHING.contains(&import.name()) {
            continue;
        }
        let kinds: Vec<ValType> = ty.results().collect();
        linker.func_new(ENV, import.name(), ty, move |_, _, answers| {
            for (answer, kind) in answers.iter_mut().zip(&kinds) {
                *answer = Val::default_for_ty(kind).unwrap_or(Val::I32(0));
            }
            Ok(())
        })?;
    }
    linker.define_unknown_imports_as_traps(main)
}
