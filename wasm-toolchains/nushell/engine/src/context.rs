//! Nushell with its commands and its standard library.

use nu_protocol::ShellError;
use nu_protocol::engine::{EngineState, StateWorkingSet, VirtualPath};

use crate::commands;

const UTIL: &str = "std/util/mod.nu";
const ASKS_FOR_WINDOWS: &str = r#"if $nu.os-info.name == "windows""#;

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
    if let Err(error) = settle_null_device(&mut engine) {
        eprintln!("cannot load std/util: {error}");
    }
    engine
}

/// `std/util` asks `$nu` for the operating system while it is parsed, and here `$nu` exists
/// only at run time: this replaces the question by its answer in the source.
fn settle_null_device(engine: &mut EngineState) -> Result<(), ShellError> {
    let source = engine.files().find(|file| *file.name == *UTIL);
    let Some(source) = source.and_then(|file| std::str::from_utf8(&file.content).ok()) else {
        return Ok(());
    };
    let source = source.replace(ASKS_FOR_WINDOWS, "if false");
    let delta = {
        let mut state = StateWorkingSet::new(engine);
        let file = state.add_file(UTIL, source.as_bytes());
        let file = state.add_virtual_path(UTIL.to_owned(), VirtualPath::File(file));
        // Nushell finds the path that was added last.
        let folder = UTIL.trim_end_matches("/mod.nu").to_owned();
        let _ = state.add_virtual_path(folder, VirtualPath::Dir(vec![file]));
        state.render()
    };
    engine.merge_delta(delta)
}
