//! `flow run`: an agent as a stage of a pipeline.

mod handler;
mod job;
mod once;
mod options;
mod program;
mod stream;
mod trace;
mod typed;
mod watch;

pub(crate) use self::handler::HandlerStage;
pub(crate) use self::options::Signatures;
pub(crate) use self::program::CommandStage;

use nu_protocol::{
    DynamicSuggestion, Example, LabeledError, PipelineData, Signature, SyntaxShape, Type,
};

use crate::command::{FlowCommand, Request, example};
use crate::completion::Completion;
use crate::shell::grants;

pub(crate) struct Run;

impl FlowCommand<PipelineData> for Run {
    const NAME: &str = "flow run";
    const DESCRIPTION: &str = "Run an agent on every record of the input.";
    const EXTRA: &str = "The agent is a directory, a source file, a `.wasm` file, or the name of an agent in the current directory or above. It is built first where it has to be.

A handler gets each record and returns its results; a command (any WASI program) gets the records on its standard input, as JSON Lines unless `--input` says otherwise, and its standard output becomes the result. Nothing is granted to the agent that its manifest or a flag does not name.

While a handler in JavaScript, TypeScript, Python or Nushell works, a changed source takes effect with the next record: a new instance takes over, without the state of the old one.";
    const SEARCH_TERMS: &[&str] = &["wasm", "webassembly", "agent", "sandbox", "map", "each"];

    fn signature(signature: Signature) -> Signature {
        let signature = signature
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
            .named("export", SyntaxShape::String, "the function to call, of a typed component", Some('e'));
        grants::flags(signature)
    }

    fn examples() -> Vec<Example<'static>> {
        vec![
            example(
                "ls | flow run ./wordcount | where size > 1kb",
                "Run the agent in ./wordcount on every row",
            ),
            example(
                "open data.txt --raw | flow run grep.wasm -- -c error",
                "Run a WASI program on text, with arguments",
            ),
            example(
                "open orders.json | flow run score.py --allow-agent ./tokenize --allow-memory orders --trace",
                "Let the agent call another and use a namespace of the memory; show the calls",
            ),
            example(
                "open orders.json | flow run score.ts --watch",
                "Run again whenever orders.json or score.ts is saved",
            ),
            example(
                "ls | flow run ./score --isolate --jobs 8 --timeout 100ms",
                "Give every record a sandbox of its own, eight at a time",
            ),
        ]
    }

    fn complete(completion: &Completion<'_>) -> Option<Vec<DynamicSuggestion>> {
        options::suggestions(completion.engine, completion.argument)
    }

    fn run(
        Request {
            plugin,
            engine,
            call,
        }: Request<'_>,
        input: PipelineData,
    ) -> Result<PipelineData, LabeledError> {
        match call.has_flag("watch")? {
            true => watch::run(plugin, engine, call, input),
            false => once::run(plugin, engine, call, input),
        }
    }
}
