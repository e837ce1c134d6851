//! `flow run`: an agent as a stage of a pipeline.

mod handler;
mod live;
mod options;
mod program;
mod stream;
mod trace;
mod typed;
mod watch;

pub(crate) use self::handler::HandlerWorker;
pub(crate) use self::options::Signatures;
pub(crate) use self::program::CommandWorker;

use std::path::Path;

use flow_runtime::{Grants, Kind};
use nu_plugin::{DynamicCompletionCall, EngineInterface, EvaluatedCall, PluginCommand};
use nu_protocol::engine::ArgType;
use nu_protocol::{
    Category, DynamicSuggestion, Example, LabeledError, PipelineData, Signature, Spanned,
    SyntaxShape, Type,
};

use self::live::Source;
use self::options::Options;
use crate::FlowPlugin;
use crate::commands::grants::Granting;
use crate::commands::interpreters::Places;
use crate::commands::locate::{self, Loaded};
use crate::shell::grants::{self, Flags};
use crate::shell::interrupt::Interrupt;

pub(crate) struct Run;

/// Everything one run needs, whatever kind of agent it is.
struct Job {
    name: String,
    options: Options,
    grants: Grants,
    interrupt: Interrupt,
}

impl PluginCommand for Run {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow run"
    }

    fn description(&self) -> &str {
        "Run an agent on every record of the input."
    }

    fn extra_description(&self) -> &str {
        "The agent is a directory, a source file, a `.wasm` file, or the name of an agent in the current directory or above. It is built first where it has to be.

A handler gets each record and returns its results; a command (any WASI program) gets the records on its standard input, as JSON Lines unless `--input` says otherwise, and its standard output becomes the result. Nothing is granted to the agent that its manifest or a flag does not name.

While a handler in JavaScript, TypeScript, Python or Nushell works, a changed source takes effect with the next record: a new instance takes over, without the state of the old one."
    }

    fn signature(&self) -> Signature {
        let signature = Signature::build(self.name())
            .input_output_types(vec![
                (Type::Any, Type::Any),
                (Type::Nothing, Type::Any),
            ])
            .required("agent", SyntaxShape::String, "directory, source file, `.wasm` file or name of the agent")
            .rest("arguments", SyntaxShape::Any, "arguments of a command, after `--`")
            .switch("isolate", "give every record a fresh instance", Some('i'))
            .named("jobs", SyntaxShape::Int, "instances that work at the same time", Some('j'))
            .switch("unordered", "return results as they come, not in the order of their records", Some('u'))
            .named("on-error", SyntaxShape::String, "what a failed record does: `keep` an error value (default), `skip` it, or `stop`", None)
            .switch("typed", "hand over datetime, duration, filesize and binary with their types", None)
            .named("input", SyntaxShape::String, "what a command reads: `json` lines, `text`, `raw` bytes; by default what fits the input", None)
            .named("output", SyntaxShape::String, "what a command writes: `json` lines, `text`, `raw` bytes; by default told from its first line", None)
            .switch("trace", "return, in place of the results, a table of the calls that each record led to: caller, callee, duration, bytes, error", None)
            .switch("watch", "show the results, and run again when a source or the input's file changes, until Ctrl-C", Some('w'))
            .named("export", SyntaxShape::String, "the function to call, of a typed component", Some('e'))
            .category(Category::Experimental);
        grants::flags(signature)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec!["wasm", "webassembly", "agent", "sandbox", "map", "each"]
    }

    fn examples(&self) -> Vec<Example<'_>> {
        vec![
            Example {
                example: "ls | flow run ./wordcount | where size > 1kb",
                description: "Run the agent in ./wordcount on every row",
                result: None,
            },
            Example {
                example: "open data.txt --raw | flow run grep.wasm -- -c error",
                description: "Run a WASI program on text, with arguments",
                result: None,
            },
            Example {
                example: "open orders.json | flow run score.py --allow-agent ./tokenize --allow-memory orders --trace",
                description: "Let the agent call another and use a namespace of the memory; show the calls",
                result: None,
            },
            Example {
                example: "open orders.json | flow run score.ts --watch",
                description: "Run again whenever orders.json or score.ts is saved",
                result: None,
            },
            Example {
                example: "ls | flow run ./score --isolate --jobs 8 --timeout 100ms",
                description: "Give every record a sandbox of its own, eight at a time",
                result: None,
            },
        ]
    }

    #[expect(deprecated, reason = "Nushell marks what it may still change this way")]
    fn get_dynamic_completion(
        &self,
        _plugin: &FlowPlugin,
        engine: &EngineInterface,
        _call: DynamicCompletionCall,
        arg_type: ArgType<'_>,
        _experimental: nu_protocol::engine::ExperimentalMarker,
    ) -> Option<Vec<DynamicSuggestion>> {
        options::suggestions(engine, &arg_type)
    }

    fn run(
        &self,
        plugin: &FlowPlugin,
        engine: &EngineInterface,
        call: &EvaluatedCall,
        input: PipelineData,
    ) -> Result<PipelineData, LabeledError> {
        match call.has_flag("watch")? {
            true => watch::run(plugin, engine, call, input),
            false => once(plugin, engine, call, input),
        }
    }
}

/// One run on the whole input.
fn once(
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
    let Loaded { agent, program } =
        locate::load(plugin, engine, &text, directory, &flags, false, &interrupt)?;
    let options = Options::read(call, text.span, &agent)?;
    let kind = program.kind();
    let streams = kind == Kind::Command && !options.isolate;
    let granting = Granting {
        plugin,
        engine,
        flags: &flags,
        interrupt: &interrupt,
        span: text.span,
    };
    let grants = Grants {
        trace: options.trace,
        ..granting.grants(&agent, streams)?
    };
    let places = Places::find(plugin, engine, text.span)?;
    let source = Source {
        places,
        count_fuel: flags.fuel(&agent.manifest.limits),
        grants: grants.clone(),
        cancel: interrupt.flag.clone(),
        agent: agent.clone(),
    };
    let job = Job {
        name: agent.name,
        options,
        grants,
        interrupt,
    };
    match kind {
        Kind::Handler => handler::run(program, job, source, input),
        Kind::Command if streams => program::stream(program, job, input),
        Kind::Command => program::isolated(program, job, input),
        Kind::Typed | Kind::Library => typed::run(program, job, input),
    }
}
