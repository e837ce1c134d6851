//! Nushell as an engine of flow: its crates, unpatched, behind the interface of
//! `wit/engine`.
//!
//! A snapshot is taken after [`initialize_engine`], in which the standard library
//! has been read, and for built agents after [`initialize_program`]. Everything
//! that must not be the same in every instance is put right by [`session::wake`].

mod answer;
mod commands;
mod context;
mod files;
mod imports;
mod input;
mod interpreter;
mod problem;
mod program;
mod script;
mod session;

#[allow(missing_docs, clippy::all, reason = "generated")]
mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/agent.wit", "../../wit/engine"],
        world: "flow:engine/engine",
        generate_all,
    });
}

use bindings::exports::flow::agent::handler;
use bindings::exports::flow::engine::program as exported;
use bindings::exports::wasi::cli::run;

/// Read by flow from the module, for lists of what is installed.
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

/// Makes the interpreter ready; a snapshot is taken afterwards.
#[unsafe(export_name = "initialize-engine")]
pub extern "C" fn initialize_engine() {
    session::prepare();
}

/// Loads the program whose files are on standard input, as JSON; a snapshot is
/// taken afterwards. Traps with the problem on standard error if it cannot.
#[unsafe(export_name = "initialize-program")]
pub extern "C" fn initialize_program() {
    if let Err(problem) = session::prepare_program() {
        eprintln!("{problem}");
        // Whoever takes the snapshot sees the trap, and the sentence above.
        std::process::abort();
    }
}
