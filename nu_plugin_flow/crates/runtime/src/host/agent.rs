//! The imports of the world `flow:agent`: durable memory and calls to peers.
//! This version grants neither; both answer so.

use wasmtime::component::{HasData, Linker};

use crate::state::State;

wasmtime::component::bindgen!({
    path: "../../../wasm-toolchains/wit",
    world: "agent",
});

use self::flow::agent::{memory, peers};

/// The interface that makes a component a handler.
pub(crate) const HANDLER: &str = "flow:agent/handler@0.1.0";

struct Agents;

impl HasData for Agents {
    type Data<'a> = Ungranted;
}

/// Answers every call with "not granted".
pub(crate) struct Ungranted;

pub(crate) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    memory::add_to_linker::<State, Agents>(linker, |_| Ungranted)?;
    peers::add_to_linker::<State, Agents>(linker, |_| Ungranted)
}

fn refuse<T>(what: &str, name: &str) -> Result<T, String> {
    Err(format!(
        "not granted: {what} `{name}` (this version of flow has no durable memory and no calls between agents)"
    ))
}

fn namespace<T>(namespace: &str) -> Result<T, String> {
    refuse("the memory namespace", namespace)
}

impl memory::Host for Ungranted {
    fn get(&mut self, name: String, _key: String) -> Result<Option<String>, String> {
        namespace(&name)
    }

    fn set(
        &mut self,
        name: String,
        _key: String,
        _value: String,
        _expires_in: Option<u64>,
    ) -> Result<(), String> {
        namespace(&name)
    }

    fn delete(&mut self, name: String, _key: String) -> Result<bool, String> {
        namespace(&name)
    }

    fn list_keys(
        &mut self,
        name: String,
        _prefix: String,
        _cursor: Option<String>,
    ) -> Result<memory::Keys, String> {
        namespace(&name)
    }

    fn compare_and_set(
        &mut self,
        name: String,
        _key: String,
        _expected: Option<String>,
        _value: String,
    ) -> Result<bool, String> {
        namespace(&name)
    }
}

impl peers::Host for Ungranted {
    fn call(&mut self, agent: String, _input: String) -> Result<String, String> {
        refuse("a call of the agent", &agent)
    }
}
