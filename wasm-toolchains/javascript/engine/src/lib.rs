//! JavaScript for flow: QuickJS as a WebAssembly module that runs agents. What it
//! offers is `wit/engine/engine.wit`; beside that it exports what Wizer calls.

mod agents;
mod analysis;
mod answer;
mod classes;
mod event_loop;
mod failure;
mod files;
mod host;
mod input;
mod interpreter;
mod modules;
mod natives;
mod places;
mod program;
mod source_map;
mod text;
mod urls;

use interpreter::Interpreter;
use program::Program;

#[allow(missing_docs)]
mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/agent.wit", "../../wit/engine"],
        world: "flow:engine/engine",
        generate_all,
    });
}

use bindings::exports::{
    flow::{agent::handler, engine::program as contract},
    wasi::cli::run,
};

struct Engine;

bindings::export!(Engine with_types_in bindings);

impl contract::Guest for Engine {
    fn analyse(source: contract::File) -> Result<contract::Analysis, contract::Problem> {
        analysis::analyse(Interpreter::get(), &source.path, &source.text)
            .map(|analysis| contract::Analysis {
                handler: analysis.handler,
                asynchronous: analysis.asynchronous,
                imports: analysis.imports,
            })
            .map_err(problem)
    }

    fn load(entry: String, files: Vec<contract::File>) -> Result<(), contract::Problem> {
        let files = files.into_iter().map(|file| (file.path, file.text));
        Program::load(Interpreter::get(), entry, files.collect()).map_err(problem)
    }

    fn vocabulary() -> Vec<String> {
        Interpreter::get().vocabulary()
    }
}

impl handler::Guest for Engine {
    fn handle(input: String) -> Result<String, String> {
        program::handle(Interpreter::get(), &input)
    }
}

impl run::Guest for Engine {
    fn run() -> Result<(), ()> {
        program::run(Interpreter::get())
    }
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

/// Makes the interpreter ready, for a snapshot of the engine alone.
#[unsafe(export_name = "initialize-engine")]
extern "C" fn initialize_engine() {
    Interpreter::get().freeze();
}

/// Loads the program whose JSON is on standard input, for a snapshot of both.
#[unsafe(export_name = "initialize-program")]
extern "C" fn initialize_program() {
    let interpreter = Interpreter::get();
    let loaded = input::program(interpreter, &host::read_all_input())
        .and_then(|(entry, files)| Program::load(interpreter, entry, files));
    if let Err(failure) = loaded {
        host::write_all(host::ERROR, failure.placed().as_bytes());
        host::write_all(host::ERROR, b"\n");
        std::process::abort();
    }
    interpreter.freeze();
}
