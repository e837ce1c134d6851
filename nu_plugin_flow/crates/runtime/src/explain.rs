//! Turns what wasmtime reports into what a person should read.

use flow_contract::{Limits, Permissions};
use wasmtime::{Error, PoolConcurrencyLimitError, Store, Trap, WasmBacktrace};

use crate::capacity::RUNNING;
use crate::clock::Stop;
use crate::error::RunError;
use crate::state::State;

/// Frames of a crash that are shown.
const FRAMES: usize = 5;

/// The error of a run that wasmtime ended with `error`.
pub(crate) fn explain(store: &mut Store<State>, error: &Error, limits: &Limits) -> RunError {
    let refused = refused(store.data_mut());
    let state = store.data_mut();
    let waiting = state.agent.record().take_waiting(state.agent.depth());
    let tail = state.log.take_tail();
    let stopped = error.is::<Stop>() || error.is::<PoolConcurrencyLimitError>();
    if let Some(asked) = state.memory.refused.take().filter(|_| !stopped) {
        return RunError::Memory {
            limit: limits.memory,
            asked,
        };
    }
    if let Some(asked) = state.memory.refused_elements.take().filter(|_| !stopped) {
        return RunError::Table {
            limit: limits.table_elements,
            asked,
        };
    }
    explain_trap(error, limits, tail, refused).while_calling(waiting)
}

/// The same, seen from the error alone; `tail` is the end of the log, `refused`
/// how to grant what was refused.
pub(crate) fn explain_trap(
    error: &Error,
    limits: &Limits,
    tail: Option<String>,
    refused: Option<String>,
) -> RunError {
    match error.downcast_ref::<Stop>() {
        Some(Stop::Interrupted) => return RunError::Interrupted,
        Some(Stop::Timeout) => {
            return RunError::Timeout {
                limit: limits.timeout.unwrap_or_default(),
                calling: None,
            };
        }
        None => {}
    }
    // A waiting instance keeps its stack, of which there are fewer than places.
    if error.is::<PoolConcurrencyLimitError>() {
        return RunError::Instances {
            limit: RUNNING as usize,
        };
    }
    let trap = error.downcast_ref::<Trap>();
    if matches!(trap, Some(Trap::OutOfFuel)) {
        return RunError::Fuel {
            limit: limits.fuel.unwrap_or_default(),
        };
    }
    let root = error.root_cause().to_string();
    // wasmtime keeps the type of this error to itself.
    if root.contains("fuel allocated for hostcalls") {
        return RunError::Output {
            limit: limits.output,
        };
    }
    RunError::Trap {
        help: refused
            .or_else(|| refused_path(tail.as_deref()?))
            .or_else(|| frames(error)),
        reason: reason(trap, error, tail),
    }
}

/// For a program that opens files, was granted none, and failed silently.
pub(crate) const NO_FILES: &str = "no directory was granted to it: if it needs files, use `--allow-dir PATH:ro` or `--allow-dir PATH:rw`, or `dirs = [\"PATH:ro\"]` under [permissions] in agent.toml";

/// How to grant what was refused since the record began.
pub(crate) fn refused(state: &mut State) -> Option<String> {
    state.agent.refusals().take()
}

/// What could help an agent whose language noticed itself that `asked` bytes were refused.
pub(crate) fn more_memory(asked: u64, limits: &Limits) -> String {
    format!(
        "it asked for {asked} bytes in all, over its limit of {}: raise it with `--memory`, or with `memory` under [limits] in agent.toml",
        limits.memory
    )
}

/// How to grant a path, where the agent's own words say that it was refused
/// one: the file functions of its language hide which.
pub(crate) fn refused_path(message: &str) -> Option<String> {
    // In turn: wasi-libc finds no granted directory, and so does the SDK for Go; a
    // path leads out of one or is written in a read-only one (WASI errno 63 and 76).
    const SIGNS: [&str; 6] = [
        "pre-opened file descriptor",
        "no granted directory",
        "Operation not permitted",
        "os error 63",
        "Capabilities insufficient",
        "os error 76",
    ];
    SIGNS.iter().any(|sign| message.contains(sign)).then(|| {
        "the path is outside of the granted directories, or in one that is read-only: grant it with `--allow-dir PATH:ro` or `--allow-dir PATH:rw`, or with `dirs = [\"PATH:ro\"]` under [permissions] in agent.toml".to_owned()
    })
}

/// What could help an agent that was granted no directory and says that a file is
/// not there: without any, WASI has no other error for it.
pub(crate) fn no_files(message: &str, permissions: &Permissions) -> Option<String> {
    const SIGNS: [&str; 2] = ["No such file or directory", "os error 44"];
    let missing = SIGNS.iter().any(|sign| message.contains(sign));
    (missing && permissions.dirs.is_empty()).then(|| NO_FILES.to_owned())
}

fn reason(trap: Option<&Trap>, error: &Error, tail: Option<String>) -> String {
    let kind = match trap {
        Some(Trap::StackOverflow) => "it recursed too deeply for its stack".to_owned(),
        Some(Trap::MemoryOutOfBounds) if below_memory(error) => {
            "it recursed too deeply for its stack".to_owned()
        }
        Some(Trap::UnreachableCodeReached) if tail.is_some() => String::new(),
        Some(Trap::UnreachableCodeReached) => "it gave up (`unreachable`)".to_owned(),
        Some(Trap::MemoryOutOfBounds) => "it reached outside of its memory".to_owned(),
        Some(Trap::TableOutOfBounds) => "it reached outside of its table".to_owned(),
        Some(Trap::IntegerDivisionByZero) => "it divided by zero".to_owned(),
        _ => error.root_cause().to_string(),
    };
    match tail {
        Some(tail) if kind.is_empty() => tail,
        Some(tail) => format!("{kind}: {tail}"),
        None => kind,
    }
}

/// Whether the fault was just below address 0: compilers put a program's own
/// stack at the start of its memory, so that it overflows there.
fn below_memory(error: &Error) -> bool {
    const SIGN: &str = "memory fault at wasm address 0x";
    error.chain().any(|cause| {
        let text = cause.to_string();
        let address = text
            .strip_prefix(SIGN)
            .and_then(|rest| rest.split(' ').next());
        address
            .and_then(|address| u64::from_str_radix(address, 16).ok())
            .is_some_and(|address| address >= 0xff00_0000)
    })
}

/// The innermost functions, where the module has names.
fn frames(error: &Error) -> Option<String> {
    let backtrace = error.downcast_ref::<WasmBacktrace>()?;
    let names: Vec<_> = backtrace
        .frames()
        .iter()
        .filter_map(|frame| frame.func_name())
        .take(FRAMES)
        .map(|name| format!("`{:#}`", rustc_demangle::demangle(name)))
        .collect();
    (!names.is_empty()).then(|| format!("it happened in {}", names.join(", called by ")))
}
