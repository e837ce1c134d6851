//! Reads the file that it is told.

use flow_agent::{Result, error};

fn handle(path: String) -> Result<String> {
    std::fs::read_to_string(&path).map_err(|cause| error!("cannot read `{path}`: {cause}"))
}

flow_agent::handler!(handle);
