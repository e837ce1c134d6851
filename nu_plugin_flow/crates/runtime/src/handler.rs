//! Handlers: one record in, one answer out.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use wasmtime::component::{ComponentExportIndex, Type, TypedFunc};

use crate::call::functions;
use crate::error::{LoadError, RunError};
use crate::host::agent::HANDLER;
use crate::live::{Linked, Live};
use crate::program::{Program, export};
use crate::state::Grants;
use crate::stop::{refused, refused_path};

type Handle = TypedFunc<(&'static str,), (Result<String, String>,)>;

/// A handler with its grants, from which instances are spawned.
#[derive(Clone)]
pub struct Handler {
    linked: Linked,
    handle: ComponentExportIndex,
}

/// One live instance of a handler. It keeps its state between calls and is
/// gone after a crash.
pub struct Instance {
    live: Live,
    handle: Handle,
}

impl Handler {
    /// Links `program`, which has to be a handler.
    pub fn new(program: Arc<Program>, grants: Grants) -> Result<Self, LoadError> {
        let handle = export(program.component()?, HANDLER, "handle")?;
        check_type(&program)?;
        let linked = Linked::new(program, grants)?;
        Ok(Self { linked, handle })
    }

    /// Makes a fresh instance. `cancel` stops it, now and in later calls.
    pub fn spawn(&self, cancel: &CancellationToken) -> Result<Instance, RunError> {
        let (mut live, instance) = self.linked.spawn(cancel)?;
        let handle = instance
            .get_typed_func(&mut live.store, self.handle)
            .map_err(|error| RunError::Mismatch {
                reason: format!("`{HANDLER}` is not as it should be: {error:#}"),
            })?;
        Ok(Instance { live, handle })
    }
}

impl Instance {
    /// Hands one record, as JSON text, to the handler and returns its answer,
    /// one JSON value.
    pub fn call(&mut self, input: &str) -> Result<String, RunError> {
        let (answer,) = self.live.run(
            |store| self.handle.call(store, (input,)),
            async |store| self.handle.call_async(store, (input,)).await,
        )?;
        answer.map_err(|message| {
            let help = refused(self.live.store.data_mut()).or_else(|| refused_path(&message));
            RunError::Agent { message, help }
        })
    }

    /// Whether it can take another record: false after a crash.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.live.is_alive()
    }

    /// The most bytes of linear memory it has used.
    #[must_use]
    pub fn peak_memory(&self) -> u64 {
        self.live.peak_memory()
    }

    /// Units of fuel that the last record used; `None` where fuel is not
    /// counted.
    #[must_use]
    pub fn fuel_used(&self) -> Option<u64> {
        self.live.fuel_used()
    }
}

/// Refuses a `handle` of another type before anything runs.
fn check_type(program: &Program) -> Result<(), LoadError> {
    let is_string = |ty: Option<Type>| matches!(ty, Some(Type::String));
    let handle = functions(program)?.into_iter().find(|function| {
        function.interface.as_deref() == Some(HANDLER) && function.name == "handle"
    });
    let fits = handle.is_some_and(|function| {
        let takes = matches!(function.parameters.as_slice(), [(_, Type::String)]);
        let gives = match function.result {
            Some(Type::Result(result)) => is_string(result.ok()) && is_string(result.err()),
            _ => false,
        };
        takes && gives
    });
    if fits {
        return Ok(());
    }
    Err(LoadError::Export {
        reason: format!(
            "its `{HANDLER}#handle` is not of the type `func(input: string) -> result<string, string>`"
        ),
    })
}
