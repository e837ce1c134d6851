//! Durable memory: the namespaces that were granted, in the record's transaction.

use std::time::Duration;

use flow_store::{Session, StoreError};
use miette::Diagnostic;
use wasmtime::component::{HasData, Linker};

use super::bindings::flow::agent::memory::{self, Host, Keys};
use super::host::AgentHost;
use crate::host::refusals::Refusal;
use crate::host::view::HostView;

/// Keys of one page.
const PAGE: usize = 1_000;

struct Memory;

impl HasData for Memory {
    type Data<'a> = &'a mut AgentHost;
}

/// Links the memory.
pub(super) fn add_to_linker<T: HostView>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    memory::add_to_linker::<T, Memory>(linker, T::agent)
}

impl AgentHost {
    /// Has `act` work on the memory of this record, if that namespace is granted.
    fn memory<T>(
        &mut self,
        namespace: &str,
        write: bool,
        act: impl FnOnce(&mut Session) -> Result<T, StoreError>,
    ) -> Result<T, String> {
        let mut granted = self.grants.permissions.memory.iter();
        if !granted.any(|grant| grant.namespace == namespace && (grant.write || !write)) {
            return Err(self.refuse(Refusal::memory(namespace, write)));
        }
        let Some(store) = &self.grants.store else {
            return Err("there is no memory here".to_owned());
        };
        self.record
            .with_session(store, act)
            .map_err(|error| with_help(&error))
    }
}

/// The error with what to do, in one text.
fn with_help(error: &StoreError) -> String {
    match error.help() {
        Some(help) => format!("{error}: {help}"),
        None => error.to_string(),
    }
}

impl Host for AgentHost {
    fn get(&mut self, namespace: String, key: String) -> Result<Option<String>, String> {
        self.memory(&namespace, false, |session| session.get(&namespace, &key))
    }

    fn set(
        &mut self,
        namespace: String,
        key: String,
        value: String,
        expires_in: Option<u64>,
    ) -> Result<(), String> {
        let expires_in = expires_in.map(Duration::from_nanos);
        self.memory(&namespace, true, |session| {
            session.set(&namespace, &key, &value, expires_in)
        })
    }

    fn delete(&mut self, namespace: String, key: String) -> Result<bool, String> {
        self.memory(&namespace, true, |session| session.delete(&namespace, &key))
    }

    fn list_keys(
        &mut self,
        namespace: String,
        prefix: String,
        cursor: Option<String>,
    ) -> Result<Keys, String> {
        let page = self.memory(&namespace, false, |session| {
            session.list_keys(&namespace, &prefix, cursor.as_deref(), PAGE)
        })?;
        Ok(Keys {
            keys: page.keys,
            cursor: page.cursor,
        })
    }

    fn compare_and_set(
        &mut self,
        namespace: String,
        key: String,
        expected: Option<String>,
        value: String,
    ) -> Result<bool, String> {
        self.memory(&namespace, true, |session| {
            session.compare_and_set(&namespace, &key, expected.as_deref(), &value)
        })
    }
}
