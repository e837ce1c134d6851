//! Commands that replace Nushell's own, and those of flow.

mod agent_imports;
mod external;
mod inspect;
mod many;
mod print;
mod sequential;
mod system;
mod unavailable;
mod vocabulary;

use nu_protocol::engine::{Command, StateWorkingSet};

use crate::files;

pub use print::write_to_standard_output;
pub use vocabulary::vocabulary;

/// Adds the commands; each replaces Nushell's of the same name.
pub fn add(state: &mut StateWorkingSet) {
    let own: Vec<Box<dyn Command>> = vec![
        Box::new(external::RunExternal),
        Box::new(inspect::Inspect),
        Box::new(many::FlowMany),
        Box::new(many::FlowDrop),
        Box::new(print::Print),
        Box::new(sequential::ParEach),
        Box::new(sequential::Interleave),
        Box::new(sequential::Tee),
        Box::new(system::IsTerminal),
        Box::new(system::Sleep),
        Box::new(system::Source),
        Box::new(system::Which),
    ];
    let unavailable = unavailable::all().map(|command| -> Box<dyn Command> { Box::new(command) });
    let all = own
        .into_iter()
        .chain(agent_imports::commands())
        .chain(files::commands())
        .chain(unavailable);
    for command in all {
        state.add_decl(command);
    }
}
