use wasmparser::{Encoding, Parser, Payload, Validator};

use super::*;

/// A handler as a compiler leaves it, with `arena` in its data and `extra` around.
fn handler(arena: &str, extra: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
            {extra}
            (import "wasi_snapshot_preview1" "fd_write"
                (func (param i32 i32 i32 i32) (result i32)))
            (import "flow:agent/peers@0.1.0" "call" (func (param i32 i32 i32 i32 i32)))
            (memory (export "memory") 8)
            (data (i32.const 4096) "{arena}")
            (func (export "_initialize"))
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 8192)
            (func (export "flow:agent/handler@0.1.0#handle") (param i32 i32) (result i32)
                i32.const 8192))"#
    );
    wat::parse_str(text).unwrap()
}

const ARENA: &str = r"before\66low:arena\9e\37\79\b9\7f\4a\00\00\04\00";

fn imports_and_exports(component: &[u8]) -> (Vec<String>, Vec<String>) {
    Validator::new().validate_all(component).unwrap();
    let (mut imports, mut exports, mut depth) = (Vec::new(), Vec::new(), 0);
    for payload in Parser::new(0).parse_all(component) {
        match payload.unwrap() {
            Payload::Version { encoding, .. } => {
                assert!(depth > 0 || encoding == Encoding::Component);
                depth += 1;
            }
            Payload::End(_) => depth -= 1,
            Payload::ComponentImportSection(section) if depth == 1 => {
                imports.extend(
                    section
                        .into_iter()
                        .map(|import| import.unwrap().name.name.to_owned()),
                );
            }
            Payload::ComponentExportSection(section) if depth == 1 => {
                exports.extend(
                    section
                        .into_iter()
                        .map(|export| export.unwrap().name.name.to_owned()),
                );
            }
            _ => {}
        }
    }
    (imports, exports)
}

#[test]
fn a_handler_becomes_a_component_that_imports_what_it_uses() {
    for allocation in [Allocation::Realloc, Allocation::Arena] {
        let component = componentize(&handler(ARENA, ""), World::Agent, allocation).unwrap();
        let (imports, exports) = imports_and_exports(&component);
        assert_eq!(exports, ["flow:agent/handler@0.1.0"]);
        assert!(imports.contains(&"flow:agent/peers@0.1.0".to_owned()));
        assert!(
            imports
                .iter()
                .any(|name| name.starts_with("wasi:cli/stdout@0.2."))
        );
        assert!(
            !imports.contains(&"flow:agent/memory@0.1.0".to_owned()),
            "it is not used"
        );
    }
}

#[test]
fn the_same_module_becomes_the_same_component() {
    let make = || componentize(&handler(ARENA, ""), World::HandlerAgent, Allocation::Arena);
    assert_eq!(make(), make());
}

#[test]
fn an_engine_and_its_programs_have_worlds_of_their_own() {
    let run = r#"(func (export "wasi:cli/run@0.2.6#run") (result i32) i32.const 0)"#;
    let program = r#"
        (func (export "flow:engine/program@0.1.0#analyse") (param i32 i32 i32 i32) (result i32) i32.const 0)
        (func (export "flow:engine/program@0.1.0#load") (param i32 i32 i32 i32) (result i32) i32.const 0)
        (func (export "flow:engine/program@0.1.0#vocabulary") (result i32) i32.const 0)"#;
    let text = |extra: &str| {
        format!(
            r#"(module (memory (export "memory") 1) {run} {extra}
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 8))"#
        )
    };
    let module = wat::parse_str(text("")).unwrap();
    let command = componentize(&module, World::CommandAgent, Allocation::Realloc).unwrap();
    assert_eq!(imports_and_exports(&command).1, ["wasi:cli/run@0.2.6"]);

    let handle = r#"(func (export "flow:agent/handler@0.1.0#handle") (param i32 i32) (result i32) i32.const 0)"#;
    let module = wat::parse_str(text(&format!("{handle}{program}"))).unwrap();
    let engine = componentize(&module, World::Engine, Allocation::Realloc).unwrap();
    assert_eq!(
        imports_and_exports(&engine).1,
        [
            "flow:agent/handler@0.1.0",
            "wasi:cli/run@0.2.6",
            "flow:engine/program@0.1.0"
        ]
    );
}

#[test]
fn the_world_that_a_compiler_left_is_replaced() {
    let left = r#"(@custom "component-type:flow:engine@0.1.0" "anything at all")"#;
    let module = handler(ARENA, left);
    assert!(componentize(&module, World::Agent, Allocation::Realloc).is_ok());
}

#[test]
fn what_cannot_become_a_component_says_why() {
    let reason = |module: &[u8], world, allocation| {
        componentize(module, world, allocation)
            .unwrap_err()
            .to_string()
    };
    let component = wat::parse_str("(component)").unwrap();
    let empty = wat::parse_str("(module)").unwrap();
    let foreign = handler("", r#"(import "env" "f" (func))"#);
    let small = handler(r"\66low:arena\9e\37\79\b9\7f\4a\01", "");
    let none = handler("", "");
    let reasons = [
        reason(b"#!/bin/sh", World::Agent, Allocation::Realloc),
        reason(&component, World::Agent, Allocation::Realloc),
        reason(&empty, World::Agent, Allocation::Realloc),
        reason(&none, World::Engine, Allocation::Realloc),
        reason(&foreign, World::Agent, Allocation::Realloc),
        reason(&none, World::Agent, Allocation::Arena),
        reason(&small, World::Agent, Allocation::Arena),
    ];
    insta::assert_snapshot!(reasons.join("\n"));
}
