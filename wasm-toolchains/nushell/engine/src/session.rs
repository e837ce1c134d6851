//! The interpreter of an instance, and the state that a snapshot must not keep.

use std::cell::RefCell;

use serde::Deserialize;

use crate::bindings::exports::flow::engine::program::File;
use crate::interpreter::Interpreter;
use crate::{problem, program};

struct Session {
    interpreter: Interpreter,
    /// Whether this instance has been called; false in a snapshot.
    awake: bool,
}

thread_local! {
    static SESSION: RefCell<Option<Session>> = const { RefCell::new(None) };
}

/// Calls `work` with the interpreter, which is created where no snapshot holds one. The
/// first call of an instance renews what must differ between those of a snapshot.
pub fn with<T>(work: impl FnOnce(&mut Interpreter) -> T) -> T {
    SESSION.with_borrow_mut(|session| {
        let session = session.get_or_insert_with(Session::new);
        if !session.awake {
            session.awake = true;
            wake(&mut session.interpreter);
        }
        work(&mut session.interpreter)
    })
}

/// Creates the interpreter, for a snapshot.
pub fn prepare() {
    SESSION.with_borrow_mut(|session| {
        session.get_or_insert_with(Session::new);
        forget_surroundings();
    });
}

#[derive(Deserialize)]
struct Program {
    entry: String,
    files: Vec<ProgramFile>,
}

#[derive(Deserialize)]
struct ProgramFile {
    path: String,
    text: String,
}

/// Loads the program on standard input, for a snapshot.
pub fn prepare_program() -> Result<(), String> {
    let read: Program = serde_json::from_reader(std::io::stdin().lock())
        .map_err(|error| format!("cannot read the program: {error}"))?;
    let files: Vec<_> = read
        .files
        .into_iter()
        .map(|ProgramFile { path, text }| File { path, text })
        .collect();
    SESSION.with_borrow_mut(|session| {
        let session = session.get_or_insert_with(Session::new);
        let loaded = program::load(&mut session.interpreter, &read.entry, &files);
        forget_surroundings();
        loaded.map_err(|problem| problem::written(&problem))
    })
}

impl Session {
    fn new() -> Self {
        Self {
            interpreter: Interpreter::new(),
            awake: false,
        }
    }
}

/// Renews what must differ between the instances of a snapshot.
fn wake(interpreter: &mut Interpreter) {
    // The thread's generator may have been seeded before the snapshot.
    if rand::rng().reseed().is_err() {
        eprintln!("no random numbers were to be had: those of this agent may repeat");
    }
    interpreter.take_environment();
}

unsafe extern "C" {
    fn __wasilibc_deinitialize_environ();
    fn __wasilibc_reset_preopens();
}

/// Makes wasi-libc forget the environment and the granted directories: each instance has
/// its own.
fn forget_surroundings() {
    // SAFETY: both only discard what wasi-libc has cached; nothing borrows from that,
    // since the standard library copies the environment.
    unsafe {
        __wasilibc_deinitialize_environ();
        __wasilibc_reset_preopens();
    }
}
