//! JavaScript for flow: QuickJS as a WebAssembly module that runs agents. It exports
//! `wit/engine/engine.wit`, and the functions that Wizer calls.

mod agent_imports;
mod analysis;
mod answer;
mod bindings;
mod built_in;
mod classes;
mod event_loop;
mod failure;
mod file_system;
mod host;
mod import_location;
mod input;
mod interpreter;
mod modules;
mod native;
mod program;
mod random;
mod source_location;
mod source_map;
mod text;
mod urls;

use bindings::exports::{
    flow::{agent::handler, engine::program as contract},
    wasi::cli::run,
};
use interpreter::Interpreter;

struct Engine;

bindings::export!(Engine with_types_in bindings);

impl contract::Guest for Engine {
    fn analyse(source: contract::File) -> Result<contract::Analysis, contract::Problem> {
        analysis::analyse(started(), &source.path, &source.text)
            .map(|analysis| contract::Analysis {
                handler: analysis.handler,
                asynchronous: analysis.asynchronous,
                imports: analysis.imports,
            })
            .map_err(problem)
    }

    fn load(entry: String, files: Vec<contract::File>) -> Result<(), contract::Problem> {
        let files = files.into_iter().map(|file| (file.path, file.text));
        program::load(started(), entry, files.collect()).map_err(problem)
    }

    fn vocabulary() -> Vec<String> {
        started().vocabulary()
    }
}

impl handler::Guest for Engine {
    fn handle(input: String) -> Result<String, String> {
        program::handle(started(), &input)
    }
}

impl run::Guest for Engine {
    fn run() -> Result<(), ()> {
        program::run(started())
    }
}

/// The interpreter, which the first call starts.
fn started() -> &'static Interpreter {
    Interpreter::get_or_start(native::install)
}

fn problem(failure: failure::Failure) -> contract::Problem {
    contract::Problem {
        message: failure.message,
        path: failure.path,
        line: failure.line,
        column: failure.column,
    }
}

/// What `flow toolchain list` shows as the engine's version.
#[used]
#[unsafe(link_section = "flow:engine-version")]
static VERSION: [u8; 34] = *b"QuickJS-ng 0.15.1 through Javy 8.1";

/// Starts the interpreter, for a snapshot of the engine alone.
#[unsafe(export_name = "initialize-engine")]
extern "C" fn initialize_engine() {
    started().freeze();
}

/// Loads the program that is on standard input as JSON, for a snapshot of both.
#[unsafe(export_name = "initialize-program")]
extern "C" fn initialize_program() {
    let interpreter = started();
    let loaded = input::program(interpreter, &host::read_all_input())
        .and_then(|(entry, files)| program::load(interpreter, entry, files));
    if let Err(failure) = loaded {
        host::write_all(host::ERROR, failure.with_location().as_bytes());
        host::write_all(host::ERROR, b"\n");
        std::process::abort();
    }
    interpreter.freeze();
}
