//! Calls from Python to whoever embeds it.

use std::future::Future;
use std::pin::Pin;

/// What answers the calls of one interpreter: `call_host(name, payload)` of the
/// module `_pyodide_wasmtime`.
pub trait Host: Send {
    /// Answers one call with bytes, or with an error for Python to raise as
    /// `HostError`. `payload` is Python's own memory, which stays as it is
    /// until the answer. It may wait; when the interpreter is dropped at its
    /// deadline, so is the future.
    fn call<'a>(&'a mut self, name: &'a str, payload: &'a [u8]) -> Answer<'a>;
}

/// What [`Host::call`] will have answered.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, String>> + Send + 'a>>;

/// The host of one interpreter, and what of its last answer is still unread.
pub(crate) struct Calls {
    pub host: Box<dyn Host>,
    pub answer: Vec<u8>,
    /// How many bytes of the answer were read.
    pub read: usize,
}

impl Calls {
    pub(crate) fn new(host: Box<dyn Host>) -> Self {
        Self {
            host,
            answer: Vec::new(),
            read: 0,
        }
    }
}
