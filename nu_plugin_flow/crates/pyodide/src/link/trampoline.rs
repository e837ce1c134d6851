//! Calls through pointers of another type than the function's. C programs
//! that make them work natively, and CPython makes many; WebAssembly traps.
//! CPython on Emscripten calls through a function of this shape, which tells
//! by `ref.test` what the callee takes:
//! `(fits: *i32, callee: funcref index, a, b, c) -> i32`, where `fits` becomes
//! one, or zero where the callee takes something else.

use wasm_encoder::{BlockType, Function, HeapType, MemArg, ValType};

/// Parameters of the functions that it can call: all are `i32`, and so is the
/// one result.
const ARITIES: [u32; 4] = [3, 2, 1, 0];
/// Parameters of the trampoline itself.
const PARAMETERS: usize = 5;

/// The types that [`body`] needs, in this order: the callees', then its own.
pub(super) fn types() -> Vec<(Vec<ValType>, Vec<ValType>)> {
    ARITIES
        .iter()
        .map(|arity| *arity as usize)
        .chain([PARAMETERS])
        .map(|arity| (vec![ValType::I32; arity], vec![ValType::I32]))
        .collect()
}

/// Its code; `first` is the index of the first of [`types`].
pub(super) fn body(first: u32) -> Function {
    let status = MemArg {
        offset: 0,
        align: 2,
        memory_index: 0,
    };
    let mut function = Function::new([]);
    let mut code = function.instructions();
    code.local_get(0).i32_const(1).i32_store(status);
    for (ty, arity) in (first..).zip(ARITIES) {
        code.local_get(1)
            .table_get(0)
            .ref_test_non_null(HeapType::Concrete(ty))
            .if_(BlockType::Empty);
        for argument in 0..arity {
            code.local_get(2 + argument);
        }
        code.local_get(1).call_indirect(0, ty).return_().end();
    }
    code.local_get(0).i32_const(0).i32_store(status);
    code.i32_const(0).end();
    function
}
