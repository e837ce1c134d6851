//! What happens to a module around its functions.

use wasmparser::{Parser, Payload, TypeRef};

use super::{Returns, assemble, convert, convert_valid, instructions, run, with_tags};

/// Every section but types and code, as identifier and bytes.
fn other_sections(wasm: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let sections = Parser::new(0).parse_all(wasm).filter_map(|payload| {
        let section = payload.expect("it parses").as_section();
        section.filter(|(id, _)| ![1, 10].contains(id))
    });
    sections
        .map(|(id, range)| (id, wasm[range].to_vec()))
        .collect()
}

fn type_count(wasm: &[u8]) -> u32 {
    let count = Parser::new(0)
        .parse_all(wasm)
        .find_map(|payload| match payload {
            Ok(Payload::TypeSection(section)) => Some(section.count()),
            _ => None,
        });
    count.unwrap_or(0)
}

#[test]
fn a_module_without_legacy_exceptions_comes_back_as_it_was() {
    let wasm = assemble(&with_tags(
        r#"(func (export "run") (param i32) (result i32)
            block $caught (result i32)
                try_table (catch $a $caught)
                    (call $throw (local.get 0))
                end
                i32.const 1
            end)"#,
    ));
    assert_eq!(convert(&wasm).unwrap(), wasm);
    assert_eq!(convert(b"\0asm\x01\0\0\0").unwrap(), b"\0asm\x01\0\0\0");
}

#[test]
fn both_encodings_may_stand_in_one_module() {
    let wasm = convert_valid(&assemble(&with_tags(
        r#"(func $legacy (param i32) (result i32)
            try (result i32)
                (call $throw (local.get 0))
                i32.const 1
            catch $a
                throw $a
            end)
        (func (export "run") (param i32) (result i32)
            block $caught (result i32)
                try_table (catch $a $caught)
                    (return (call $legacy (local.get 0)))
                end
                unreachable
            end)"#,
    )));
    assert_eq!(run(&wasm, &[0, 1]), [Returns(1), Returns(10)]);
}

#[test]
fn other_sections_are_copied_byte_for_byte_and_in_order() {
    let wasm = assemble(
        r#"(module
            (@custom "dylink.0" (before first) "\01\04\80\01\02\03\02\00")
            (import "env" "__cpp_exception" (tag $a (param i32)))
            (import "env" "memory" (memory 1))
            (table 1 funcref)
            (global $g (mut i32) (i32.const 5))
            (func $f (export "f") (local $kept i32)
                try
                    nop
                catch $a
                    drop
                    rethrow 0
                end)
            (elem (i32.const 0) $f)
            (data (i32.const 0) "data")
            (@custom "target_features" (after last) "\01+\12exception-handling"))"#,
    );
    let converted = convert_valid(&wasm);
    assert_eq!(other_sections(&converted), other_sections(&wasm));
    assert_ne!(converted, wasm);
}

#[test]
fn types_are_appended_once_and_only_where_the_module_has_none_that_fits() {
    let function = |rethrow: &str| {
        format!(
            "(func (param i32) try nop catch $a drop catch_all {rethrow} end
                try nop catch $b {rethrow} drop drop end)"
        )
    };
    let count = |definitions: &str| {
        let wasm = assemble(&with_tags(definitions));
        type_count(&convert_valid(&wasm)) - type_count(&wasm)
    };
    // `$b` leaves two values, which no type of the module does.
    assert_eq!(count(&function("")), 1);
    assert_eq!(count(&function("").repeat(2)), 1);
    assert_eq!(
        count(&format!("{} (type (func (result i32 i64)))", function(""))),
        0
    );
    assert_eq!(count(&function("rethrow 0").repeat(2)), 1);
}

#[test]
fn imported_tags_come_before_defined_ones() {
    let wasm = assemble(
        r#"(module
            (import "env" "one" (tag $imported (param i64)))
            (tag $defined (param f32))
            (func (result i64 f32)
                try (result i64) i64.const 1 catch $imported end
                try (result f32) f32.const 2 catch $defined end))"#,
    );
    let converted = convert_valid(&wasm);
    let tags = Parser::new(0)
        .parse_all(&converted)
        .filter_map(|payload| match payload {
            Ok(Payload::ImportSection(section)) => section.into_imports().next(),
            _ => None,
        });
    let imports: Vec<_> = tags.map(|import| import.unwrap().ty).collect();
    assert!(matches!(imports.as_slice(), [TypeRef::Tag(_)]));
}

#[test]
fn a_clause_keeps_the_exception_only_for_a_rethrow() {
    let wasm = convert_valid(&assemble(&with_tags(
        "(func try nop catch $c nop catch_all nop end)
         (func try nop catch $c nop catch_all rethrow 0 end)",
    )));
    assert_eq!(
        instructions(&wasm, 1).join("\n").matches("exn").count(),
        0,
        "no block gives an exception"
    );
    let catching = instructions(&wasm, 2);
    let table = catching
        .iter()
        .find(|name| name.starts_with("TryTable"))
        .unwrap();
    assert!(
        table.contains("One {") && table.contains("AllRef {"),
        "{table}"
    );
    assert!(
        catching.contains(&"LocalSet { local_index: 0 }".to_owned()),
        "{catching:#?}"
    );
    assert!(catching.contains(&"ThrowRef".to_owned()), "{catching:#?}");
}

#[test]
fn clauses_that_cannot_hold_exceptions_at_once_share_a_local() {
    let one_after_the_other = "try nop catch_all rethrow 0 end";
    let nested = "try nop catch_all try nop catch_all rethrow 0 end rethrow 0 end";
    let text = format!(
        "(func (param i32) (local i64) {one_after_the_other} {one_after_the_other} {nested})"
    );
    let wasm = convert_valid(&assemble(&with_tags(&text)));
    let instructions = instructions(&wasm, 1);
    let uses = |local: u32| {
        let set = format!("LocalSet {{ local_index: {local} }}");
        instructions.iter().filter(|name| **name == set).count()
    };
    assert_eq!([uses(2), uses(3), uses(4)], [3, 1, 0], "{instructions:#?}");
}
