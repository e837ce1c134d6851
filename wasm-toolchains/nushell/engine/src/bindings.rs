//! The interfaces of `wit/engine` and `wit/agent.wit`.

#![allow(missing_docs, clippy::all, reason = "generated")]

wit_bindgen::generate!({
    path: ["../../wit/agent.wit", "../../wit/engine"],
    world: "flow:engine/engine",
    generate_all,
});
