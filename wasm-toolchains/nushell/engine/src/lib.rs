//! Nushell as an engine of flow: its crates, unpatched, behind the interface of
//! `wit/engine`.
//!
//! A snapshot is taken after [`initialize_engine`], which reads the standard library, and
//! for built agents after [`initialize_program`]. [`session::with`] renews what must
//! differ between the instances of a snapshot.

mod answer;
mod bindings;
mod commands;
mod context;
mod files;
mod imports;
mod input;
mod interpreter;
mod many;
mod problem;
mod program;
mod script;
mod session;
mod virtual_files;

use bindings::exports::flow::agent::handler;
use bindings::exports::flow::engine::program as exported;
use bindings::exports::wasi::cli::run;

/// What `flow toolchain list` shows as the engine's version.
#[used]
#[unsafe(link_section = "flow:engine-version")]
static VERSION: [u8; 7] = *b"0.115.1";

struct Engine;

bindings::export!(Engine with_types_in bindings);

impl handler::Guest for Engine {
    fn handle(input: String) -> Result<String, String> {
        session::with(|interpreter| interpreter.handle(&input))
    }
}

impl run::Guest for Engine {
    fn run() -> Result<(), ()> {
        session::with(script::run)
    }
}

impl exported::Guest for Engine {
    fn analyse(source: exported::File) -> Result<exported::Analysis, exported::Problem> {
        session::with(|interpreter| program::analyse(interpreter, &source))
    }

    fn load(entry: String, files: Vec<exported::File>) -> Result<(), exported::Problem> {
        session::with(|interpreter| program::load(interpreter, &entry, &files))
    }

    fn vocabulary() -> Vec<String> {
        session::with(|interpreter| commands::vocabulary(&interpreter.engine))
    }
}

/// Creates the interpreter, for a snapshot of the engine alone.
#[unsafe(export_name = "initialize-engine")]
pub extern "C" fn initialize_engine() {
    session::prepare();
}

/// Loads the program that is on standard input as JSON, for a snapshot of both. Where it
/// cannot, it traps with the problem on standard error.
#[unsafe(export_name = "initialize-program")]
pub extern "C" fn initialize_program() {
    if let Err(problem) = session::prepare_program() {
        eprintln!("{problem}");
        // Whatever takes the snapshot sees the trap, and the problem above.
        std::process::abort();
    }
}
