//! Writes `rust/sdk/src/world.rs` from `wit/agent.wit`. Run it when the contract
//! changes: `cargo run -p flow-agent-bindings`.

use std::process::ExitCode;

fn main() -> ExitCode {
    match flow_agent_bindings::write_world() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
