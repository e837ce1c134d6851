mod combined;
mod constructs;
mod delegates;
mod generated;
mod malformed;
mod modules;

use wasmparser::{Parser, Payload, Validator, WasmFeatures};
use wasmtime::{Config, Engine, Instance, Module, Store, ThrownException};

use super::convert;

/// How a call of `run` ended.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Returns(i32),
    Throws,
}
use Outcome::{Returns, Throws};

fn assemble(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the test's own text is valid")
}

/// Converts a module that is valid with legacy exceptions, and checks that the
/// result is without.
fn convert_valid(wasm: &[u8]) -> Vec<u8> {
    let current = WasmFeatures::default() - WasmFeatures::LEGACY_EXCEPTIONS;
    Validator::new_with_features(current | WasmFeatures::LEGACY_EXCEPTIONS)
        .validate_all(wasm)
        .expect("the input is valid");
    let converted = convert(wasm).expect("a valid module converts");
    Validator::new_with_features(current)
        .validate_all(&converted)
        .expect("the output is valid");
    converted
}

fn engine() -> Engine {
    let mut config = Config::new();
    config
        .wasm_exceptions(true)
        .wasm_function_references(true)
        .wasm_gc(true);
    Engine::new(&config).expect("the configuration is valid")
}

/// Calls the export `run` of a module without imports.
fn run(wasm: &[u8], arguments: &[i32]) -> Vec<Outcome> {
    let engine = engine();
    let module = Module::new(&engine, wasm).expect("wasmtime compiles the output");
    let call = |argument: &i32| {
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]).expect("it instantiates");
        let run = instance.get_typed_func::<i32, i32>(&mut store, "run");
        match run.expect("it exports `run`").call(&mut store, *argument) {
            Ok(value) => Returns(value),
            Err(error) if error.is::<ThrownException>() => Throws,
            Err(error) => panic!("neither a value nor an exception: {error:?}"),
        }
    };
    arguments.iter().map(call).collect()
}

/// Converts the definitions of a module that has the tags `$a` (i32), `$b`
/// (i32 i64), `$c` (no value) and `$throw`, which throws by number: 1 `$a`
/// (10), 2 `$b` (20, 5), 3 `$c`, and nothing for 0. Then calls `run` with each
/// argument.
fn outcomes<const N: usize>(definitions: &str, arguments: [i32; N]) -> Vec<Outcome> {
    run(
        &convert_valid(&assemble(&with_tags(definitions))),
        &arguments,
    )
}

fn with_tags(definitions: &str) -> String {
    format!(
        "(module
            (tag $a (param i32)) (tag $b (param i32 i64)) (tag $c)
            (func $throw (param i32)
                (if (i32.eq (local.get 0) (i32.const 1))
                    (then (throw $a (i32.const 10))))
                (if (i32.eq (local.get 0) (i32.const 2))
                    (then (throw $b (i32.const 20) (i64.const 5))))
                (if (i32.eq (local.get 0) (i32.const 3))
                    (then (throw $c))))
            {definitions})"
    )
}

/// The instructions of a function by its place in the code section, in
/// `wasmparser`'s debug format.
fn instructions(wasm: &[u8], function: usize) -> Vec<String> {
    let bodies = Parser::new(0).parse_all(wasm).filter_map(|payload| {
        match payload.expect("the output parses") {
            Payload::CodeSectionEntry(body) => Some(body),
            _ => None,
        }
    });
    let body = bodies
        .into_iter()
        .nth(function)
        .expect("it has the function");
    let operators = body.get_operators_reader().expect("it has operators");
    operators
        .into_iter()
        .map(|operator| format!("{:?}", operator.expect("the operator parses")))
        .collect()
}
