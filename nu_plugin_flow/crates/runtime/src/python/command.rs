//! Runs a Python program to its end.

use pyodide_wasmtime::Streams;
use tokio_util::sync::CancellationToken;

use super::instance::LinkedPython;
use crate::capacity::Place;
use crate::error::RunError;
use crate::peers::Caller;
use crate::usage::Usage;

/// Runs a program to its end. Its first argument is its name.
pub(crate) async fn run(
    linked: &LinkedPython,
    place: Place,
    caller: Caller,
    cancel: &CancellationToken,
    streams: Streams,
    arguments: &[String],
) -> Result<Usage, RunError> {
    let program = linked.program();
    let function = program.function("run")?;
    let mut python = linked.spawn(place, caller, cancel, Some(streams)).await?;
    let arguments = program.begin(arguments.get(1..).unwrap_or_default())?;
    let status = match python.call(function, &arguments, None).await {
        Ok(status) => String::from_utf8_lossy(&status).parse().unwrap_or(1),
        // It left by `os._exit`.
        Err(RunError::Status { status: 0, .. }) => 0,
        Err(error) => return Err(error),
    };
    let log = python.take_log();
    if status == 0 {
        python.record().commit()?;
        return Ok(Usage {
            peak_memory: python.peak_memory(),
            fuel: None,
        });
    }
    Err(RunError::Status {
        status,
        log,
        help: python.help(),
    })
}
