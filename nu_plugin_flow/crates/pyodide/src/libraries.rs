//! Libraries that one interpreter has loaded, and how they find each other.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use wasmtime::{Instance, Module};

use crate::link::Library;

/// A library as it is compiled, ready to be loaded into any interpreter.
pub(crate) struct Prepared {
    pub library: Library,
    pub module: Module,
    /// Names its code; made of its bytes.
    pub digest: String,
}

/// The libraries of one interpreter, in the order in which they were loaded.
#[derive(Default)]
pub(crate) struct Libraries {
    pub loaded: Vec<Loaded>,
    pub callbacks: Vec<Callback>,
    /// Why the last one could not be loaded.
    pub failure: Option<String>,
}

/// One library in one interpreter.
pub(crate) struct Loaded {
    pub record: LibraryRecord,
    pub instance: Instance,
    /// Known where it was loaded, but not where it came with a snapshot.
    pub prepared: Option<Arc<Prepared>>,
}

/// What it takes to put a library back into an interpreter whose memory
/// remembers it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LibraryRecord {
    /// Where it was found by the guest.
    pub path: String,
    /// The digest of its bytes.
    pub digest: String,
    /// The handles of `dlopen`.
    pub handles: Vec<u32>,
    /// Where its data are.
    pub memory_base: u32,
    /// Where its elements of the function table are.
    pub table_base: u32,
    /// Whether other libraries see its symbols.
    pub global: bool,
    /// The values of its imported globals, in their order; the stack pointer
    /// counts as zero.
    pub values: Vec<u32>,
    /// Who provides its imported functions, in their order.
    pub providers: Vec<Provider>,
}

/// Who has a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Provider {
    /// The host.
    Host,
    /// The main module.
    Main,
    /// The library of that number.
    Library(usize),
    /// Nobody: calling it is an error.
    Nobody,
}

/// An element of the function table that a module did not fill by itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Callback {
    /// The element.
    pub slot: u32,
    /// Whose function it is: [`Provider::Main`] or a library.
    pub owner: Provider,
    /// Under which name it is exported.
    pub name: String,
}

impl Libraries {
    /// The library that a handle of `dlopen` stands for.
    pub(crate) fn of_handle(&self, handle: u32) -> Option<usize> {
        self.loaded
            .iter()
            .position(|library| library.record.handles.contains(&handle))
    }

    /// The library that was loaded from `path`.
    pub(crate) fn of_path(&self, path: &str) -> Option<usize> {
        self.loaded
            .iter()
            .position(|library| library.record.path == path)
    }

    /// What it took to load the library of that number.
    pub(crate) fn record(&self, number: usize) -> Option<&LibraryRecord> {
        self.loaded.get(number).map(|library| &library.record)
    }

    /// The instance of whoever provides something; `main` is the main module's.
    pub(crate) fn instance(&self, provider: Provider, main: Instance) -> Option<Instance> {
        match provider {
            Provider::Main => Some(main),
            Provider::Library(number) => self.loaded.get(number).map(|library| library.instance),
            Provider::Host | Provider::Nobody => None,
        }
    }
}
