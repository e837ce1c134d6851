//! Runs an agent that may call another one and use a namespace of the durable memory:
//! `cargo run -p flow-run --example memory_and_callee ./caller ./callee orders '{"n": 1}'`

use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use flow_contract::{AgentGrant, MemoryGrant};
use flow_run::{Agents, Local, Overrides, Places};
use flow_runtime::CancellationToken;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [agent, callee, namespace, record] = arguments.as_slice() else {
        return Err(
            "name an agent, one that it may call and a namespace, and give a record".into(),
        );
    };
    let here = Path::new(".");
    let mut overrides = Overrides::default();
    let permissions = &mut overrides.permissions;
    permissions.agents.push(AgentGrant::parse(callee, here)?);
    permissions.memory.push(MemoryGrant::parse(namespace)?);
    let (places, local, cancel) = (Places::of_user()?, Local::new(here), AtomicBool::new(false));
    let agents = Agents::new(&places, &local, &cancel);
    let mut worker = agents.worker(agent, here, &overrides, CancellationToken::new())?;
    let answer = worker.call(record)?;
    writeln!(std::io::stdout(), "{}", answer.text())?;
    Ok(answer.commit()?)
}
