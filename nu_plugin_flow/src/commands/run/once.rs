//! One run on the whole input.

use std::path::Path;

use flow_run::Loaded;
use flow_runtime::Kind;
use nu_plugin::{EngineInterface, EvaluatedCall};
use nu_protocol::{LabeledError, PipelineData, Spanned};

use super::job::Job;
use super::options::Options;
use super::{handler, program, typed};
use crate::commands::agents::Named;
use crate::plugin::FlowPlugin;
use crate::shell::grants::Flags;
use crate::shell::interrupt::Interrupt;

/// Runs the agent that `call` names on `input`.
pub(super) fn run(
    plugin: &FlowPlugin,
    engine: &EngineInterface,
    call: &EvaluatedCall,
    input: PipelineData,
) -> Result<PipelineData, LabeledError> {
    let interrupt = Interrupt::listen(engine)?;
    let directory = engine.get_current_dir()?;
    let directory = Path::new(&directory);
    let flags = Flags::read(call, directory)?;
    let text: Spanned<String> = call.req(0)?;
    let named = Named::new(plugin, engine, &flags, &interrupt, text.span)?;
    let Loaded { agent, program } = named.load(&text.item, directory, false)?;
    let options = Options::read(call, text.span, &agent)?;
    let kind = program.kind();
    let streams = kind == Kind::Command && !options.isolate;
    let mut granted = named.grants(&agent, streams)?;
    granted.grants.trace = options.trace;
    let (places, overrides) = (named.places, flags.overrides);
    let job = Job {
        name: agent.name.clone(),
        options,
        granted,
        interrupt,
    };
    match kind {
        Kind::Handler => {
            let count_fuel = overrides.counts_fuel(&agent.manifest.limits);
            handler::run(program, job, &agent, &places, count_fuel, input)
        }
        Kind::Command if streams => program::stream(program, job, input),
        Kind::Command => program::isolated(program, job, input),
        Kind::Typed | Kind::Library => typed::run(program, job, input),
    }
}
