//! Commands that are here instead of Nushell's own, and those of flow.

mod external;
mod inspect;
mod many;
mod memory;
mod print;
mod sequential;
mod system;
mod unavailable;

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};

use nu_protocol::engine::{Command, EngineState, StateWorkingSet};

use crate::files;

pub use many::Many;

/// Whether `print` goes to standard output, which in a handler is the log.
static TO_STANDARD_OUTPUT: AtomicBool = AtomicBool::new(false);

/// Lets `print` write to standard output, since what runs is a program.
pub fn write_to_standard_output() {
    TO_STANDARD_OUTPUT.store(true, Ordering::Relaxed);
}

/// Adds the commands; those of the same name are replaced.
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
        .chain(memory::commands())
        .chain(files::commands())
        .chain(unavailable);
    for command in all {
        state.add_decl(command);
    }
}

/// The names of the commands that work, in order.
pub fn vocabulary(engine: &EngineState) -> Vec<String> {
    let refusing = external::RunExternal.name().to_owned();
    let unavailable: HashSet<_> = unavailable::all()
        .map(|command| command.name().to_owned())
        .chain([refusing])
        .collect();
    let mut names: Vec<_> = engine
        .get_decls_sorted(false)
        .into_iter()
        .map(|(name, _)| String::from_utf8_lossy(&name).into_owned())
        .filter(|name| !unavailable.contains(name))
        .collect();
    names.sort();
    names
}
