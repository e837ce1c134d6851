//! `flow run --watch`: again and again, whenever something changes.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use flow_build::Agent;
use flow_run::Stamps;
use nu_plugin::{EngineInterface, EvaluatedCall};
use nu_protocol::{
    DataSource, LabeledError, PipelineData, PipelineMetadata, ShellError, Span, Spanned, Value,
};

use super::once;
use crate::commands::agents::Named;
use crate::plugin::FlowPlugin;
use crate::shell::grants::Flags;
use crate::shell::interrupt::Interrupt;

/// How often the files are looked at.
const INTERVAL: Duration = Duration::from_millis(50);

/// Runs the agent, shows its results, and does so again when one of its sources
/// or the file that the input came from changes. Ends with Ctrl-C.
pub(super) fn run(
    plugin: &FlowPlugin,
    engine: &EngineInterface,
    call: &EvaluatedCall,
    input: PipelineData,
) -> Result<PipelineData, LabeledError> {
    let interrupt = Interrupt::listen(engine)?;
    let head = call.head;
    let file = file_of(input.metadata_ref());
    let mut value = input.into_value(head)?;
    loop {
        let mut files = sources(plugin, engine, call, &interrupt)?;
        files.extend(file.clone());
        let stamps = Stamps::of(files);
        let shown = once::run(
            plugin,
            engine,
            call,
            PipelineData::value(value.clone(), None),
        )
        .and_then(|results| Ok(results.into_value(head)?))
        .and_then(|results| Ok(print(engine, results, head)?));
        if let Err(error) = shown {
            tell(&error);
        }
        let Some(changed) = next_change(&stamps, &interrupt) else {
            return Ok(PipelineData::empty());
        };
        eprintln!("running again: `{}` changed", changed.display());
        if Some(&changed) == file.as_ref() {
            match open(engine, &changed, head) {
                Ok(opened) => value = opened,
                Err(error) => tell(&error.into()),
            }
        }
    }
}

/// The file that a pipeline came from.
fn file_of(metadata: Option<&PipelineMetadata>) -> Option<PathBuf> {
    match &metadata?.data_source {
        DataSource::FilePath(path) => Some(path.clone()),
        _ => None,
    }
}

/// The files of the agent; where it cannot be found, what was named.
fn sources(
    plugin: &FlowPlugin,
    engine: &EngineInterface,
    call: &EvaluatedCall,
    interrupt: &Interrupt,
) -> Result<Vec<PathBuf>, LabeledError> {
    let text: Spanned<String> = call.req(0)?;
    let directory = engine.get_current_dir()?;
    let directory = Path::new(&directory);
    let Ok(agent) = Agent::locate(&text.item, directory) else {
        return Ok(vec![directory.join(text.item)]);
    };
    let flags = Flags::default();
    Named::new(plugin, engine, &flags, interrupt, text.span)?
        .agents()
        .sources(&agent)
}

/// Waits for a file to change; nothing after Ctrl-C.
fn next_change(stamps: &Stamps, interrupt: &Interrupt) -> Option<PathBuf> {
    while !interrupt.token.is_cancelled() {
        if let Some(changed) = stamps.changed() {
            return Some(changed.clone());
        }
        thread::sleep(INTERVAL);
    }
    None
}

/// Shows a value as Nushell's own `print` does: a stream would be shown when it
/// is full or ends, which this one never is.
fn print(engine: &EngineInterface, value: Value, head: Span) -> Result<(), ShellError> {
    let call = EvaluatedCall::new(head).with_positional(value);
    run_command(engine, "print", call)?.drain().map(drop)
}

/// The content of a file, as Nushell's `open` reads it.
fn open(engine: &EngineInterface, file: &Path, head: Span) -> Result<Value, ShellError> {
    let path = Value::string(file.display().to_string(), head);
    let call = EvaluatedCall::new(head).with_positional(path);
    run_command(engine, "open", call)?.into_value(head)
}

fn run_command(
    engine: &EngineInterface,
    name: &str,
    call: EvaluatedCall,
) -> Result<PipelineData, ShellError> {
    let command = engine.find_decl(name)?.ok_or_else(|| {
        ShellError::from(LabeledError::new(format!("there is no command `{name}`")))
    })?;
    engine.call_decl(command, call, PipelineData::empty(), true, false)
}

/// An error that does not end the watch.
fn tell(error: &LabeledError) {
    eprintln!("error: {}", error.msg);
    for inner in error.inner.iter() {
        eprintln!("{inner}");
    }
    if let Some(help) = &error.help {
        eprintln!("  help: {help}");
    }
}
