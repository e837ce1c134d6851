//! Nushell with everything that is in it.

use nu_protocol::engine::{EngineState, StateWorkingSet};

use crate::commands;

/// Every command and the whole standard library, in a state that has run nothing.
pub fn engine() -> EngineState {
    let engine = nu_cmd_lang::create_default_context();
    let engine = nu_command::add_shell_command_context(engine);
    let mut engine = nu_cmd_extra::add_extra_command_context(engine);
    let delta = {
        let mut state = StateWorkingSet::new(&engine);
        commands::add(&mut state);
        state.render()
    };
    if let Err(error) = engine.merge_delta(delta) {
        eprintln!("cannot add flow's commands: {error}");
    }
    if let Err(error) = nu_std::load_standard_library(&mut engine) {
        eprintln!("cannot load the standard library: {error}");
    }
    engine
}
