//! Which file the commands work on.

use std::path::Path;

use flow_store::{Location, Scope, Store};
use nu_plugin::{EngineInterface, EvaluatedCall};
use nu_protocol::{LabeledError, Signature, Span};

use crate::shell::environment;
use crate::shell::errors::labeled;

/// The name of a store's file.
const FILE: &str = "memory.db";

/// What every command of the group takes.
pub(super) fn signature(signature: Signature) -> Signature {
    signature.switch(
        "global",
        "the memory outside projects, in flow's data directory, wherever the current directory is",
        Some('g'),
    )
}

/// The store of a call, open for this call alone. What was written is then in the file itself when
/// the command is done, and not in SQLite's log beside it: the file can be copied, moved and
/// deleted, and a loss of power takes nothing away. That costs two waits for the disk, which
/// `flow memory import` has once for all that it writes.
///
/// # Errors
/// Where there is no place for it, or Nushell does not answer.
pub(super) fn store(engine: &EngineInterface, call: &EvaluatedCall) -> Result<Store, LabeledError> {
    let location = location(engine, call.has_flag("global")?, call.head)?;
    Ok(Store::at(&location.path))
}

/// Where the memory is, as Nushell's environment says now: that of the project around the current
/// directory, else or with `global` that in flow's data directory.
///
/// # Errors
/// Where there is no place for it, or Nushell does not answer.
pub(crate) fn location(
    engine: &EngineInterface,
    global: bool,
    span: Span,
) -> Result<Location, LabeledError> {
    // Where there is no current directory there is no project.
    if !global && let Ok(directory) = engine.get_current_dir() {
        let found = flow_store::locate(Path::new(&directory))
            .map_err(|error| labeled(&error, "here", span))?;
        if found.scope == Scope::Project {
            return Ok(found);
        }
    }
    // The plugin's own environment is that of its start, so the crate cannot say where this is.
    Ok(Location {
        path: environment::data_directory(engine, span)?.join(FILE),
        scope: Scope::Global,
    })
}
