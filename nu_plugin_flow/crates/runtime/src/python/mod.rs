//! Python agents: the real CPython of Pyodide, in an engine of its own.

mod cache;
mod host;
mod interpreter;
mod live;
mod program;
mod questions;
mod snapshots;
mod told;

pub(crate) use interpreter::Interpreter;
pub(crate) use live::{Linked, Live, run};
pub(crate) use program::Code;
pub use program::{Packages, PythonAgent};
pub(crate) use pyodide_wasmtime::Streams;

/// Files that every interpreter has beside Python's own: what agents import as
/// `flow`, what calls them, and what they call.
const MODULES: [(&str, &str); 5] = [
    (
        "/lib/python3.14/site-packages/flow.py",
        include_str!("../../../../../wasm-toolchains/python/sdk/flow.py"),
    ),
    (
        "/lib/python3.14/site-packages/_flow_agent.py",
        include_str!("agent.py"),
    ),
    (
        "/lib/python3.14/site-packages/_flow_host.py",
        include_str!("host.py"),
    ),
    (
        "/lib/python3.14/site-packages/_flow_values.py",
        include_str!("values.py"),
    ),
    (
        "/lib/python3.14/site-packages/_flow_examples.py",
        include_str!("examples.py"),
    ),
];
/// The second of them, as it is imported.
const AGENT: &str = "_flow_agent";
/// Where an agent's own files are.
const FOLDER: &str = "/agent";
/// Where an agent begins, and where relative grants are.
const WORK: &str = "/work";
/// Where the packages of an agent are.
const PACKAGES: &str = "/packages";
/// Raised when the meaning of a snapshot changes.
const FORM: &str = "4";
