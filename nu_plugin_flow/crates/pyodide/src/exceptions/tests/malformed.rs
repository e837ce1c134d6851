use miette::Diagnostic;

use super::{super::ConvertError, assemble, convert, with_tags};

fn refused(wasm: &[u8]) -> (String, ConvertError) {
    let error = convert(wasm).expect_err("it is refused");
    assert!(error.help().is_some(), "{error}");
    let code = error.code().expect("it has a code").to_string();
    (code, error)
}

fn refused_function(instructions: &str) -> (String, ConvertError) {
    refused(&assemble(&with_tags(&format!("(func {instructions})"))))
}

#[test]
fn what_is_not_a_module_is_refused() {
    let (code, error) = refused(b"#!/bin/sh\n");
    assert_eq!(code, "pyodide::exceptions::malformed");
    assert_eq!(error.to_string(), "malformed WebAssembly at offset 0x0");
    assert_eq!(
        refused(&assemble("(component)")).0,
        "pyodide::exceptions::component"
    );
}

#[test]
fn instructions_out_of_place_are_refused_with_their_offset() {
    let (code, error) = refused_function("block rethrow 0 end try nop end");
    assert_eq!(code, "pyodide::exceptions::misplaced");
    assert!(
        error
            .to_string()
            .starts_with("misplaced `rethrow` at offset 0x"),
        "{error}"
    );
    assert_eq!(refused_function("try rethrow 0 catch_all end").0, code);
    assert_eq!(refused_function("try nop catch_all rethrow 1 end").0, code);

    let (code, error) = refused_function("try nop delegate 1");
    assert_eq!(code, "pyodide::exceptions::unknown_index");
    assert!(
        error.to_string().starts_with("no such label at offset 0x"),
        "{error}"
    );
    assert_eq!(refused_function("try nop catch 9 end").0, code);
    assert_eq!(refused_function("try br 2 catch_all end").0, code);
    assert_eq!(refused_function("try (type 90) catch_all end").0, code);

    let (code, _) = refused_function("try nop end try_table end");
    assert_eq!(code, "pyodide::exceptions::mixed");
}

#[test]
fn damaged_bytes_are_an_error_or_another_module_but_never_a_panic() {
    let wasm = assemble(&with_tags(
        "(func (param i32) (result i32)
            try $outer (result i32)
                try (param) (result i32)
                    try (result i32) (call $throw (local.get 0)) i32.const 1 delegate $outer
                catch $b drop catch_all rethrow 0 end
            catch $a
            end)",
    ));
    for length in 0..wasm.len() {
        // Cut after a section, the rest may still be a module.
        let _ = convert(&wasm[..length]);
    }
    for position in 0..wasm.len() {
        for value in [
            0x00, 0x01, 0x06, 0x07, 0x09, 0x0b, 0x18, 0x19, 0x40, 0x7f, 0x80, 0xff,
        ] {
            let mut damaged = wasm.clone();
            damaged[position] = value;
            let _ = convert(&damaged);
        }
    }
}
