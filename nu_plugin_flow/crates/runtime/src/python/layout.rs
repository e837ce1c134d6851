//! What is where in the file system of an interpreter.

/// Files that every interpreter has beside Python's own: what agents import as
/// `flow`, what calls them, and what they call.
pub(super) const MODULES: [(&str, &str); 5] = [
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
pub(super) const AGENT: &str = "_flow_agent";
/// Where an agent's own files are.
pub(super) const FOLDER: &str = "/agent";
/// Where an agent begins, and where relative grants are.
pub(super) const WORK: &str = "/work";
/// Where the packages of an agent are.
pub(super) const PACKAGES: &str = "/packages";
