//! The one interpreter of an instance, and what a snapshot must not keep of it.

use std::cell::RefCell;

use serde::Deserialize;

use crate::bindings::exports::flow::engine::program::File;
use crate::interpreter::Interpreter;
use crate::{problem, program};

struct Session {
    interpreter: Interpreter,
    /// Whether this instance has begun to work; false in a snapshot.
    awake: bool,
}

thread_local! {
    static SESSION: RefCell<Option<Session>> = const { RefCell::new(None) };
}

/// Calls `work` with the interpreter, made ready first where no snapshot holds one.
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

/// Makes the interpreter, for a snapshot.
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

/// What differs between instances that start from one snapshot.
fn wake(interpreter: &mut Interpreter) {
    // The generator of this thread was seeded before the snapshot, if at all.
    if rand::rng().reseed().is_err() {
        eprintln!("no random numbers were to be had: those of this agent may repeat");
    }
    interpreter.take_environment();
}

unsafe extern "C" {
    fn __wasilibc_deinitialize_environ();
    fn __wasilibc_reset_preopens();
}

/// Lets wasi-libc forget the environment and the granted directories: an instance
/// that starts from a snapshot has its own.
fn forget_surroundings() {
    // SAFETY: both only mark what they know as unknown; nothing borrows from it,
    // since the standard library copies the environment out.
    unsafe {
        __wasilibc_deinitialize_environ();
        __wasilibc_reset_preopens();
    }
}
