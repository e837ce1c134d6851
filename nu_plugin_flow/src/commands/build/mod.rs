//! `flow build`: from sources to artifacts.

mod order;
mod rows;

use std::path::Path;

use flow_build::{Agent, Builder, build_all};
use flow_process::Executor;
use nu_protocol::engine::ArgType;
use nu_protocol::{DynamicSuggestion, Example, LabeledError, Signature, SyntaxShape, Type, Value};

use self::rows::Built;
use crate::command::{FlowCommand, Request, example};
use crate::commands::{agents, selection};
use crate::completion::{self, Completion};
use crate::shell::environment;
use crate::shell::interrupt::Interrupt;
use crate::shell::progress::BuildProgress;

pub(crate) struct Build;

impl FlowCommand for Build {
    const NAME: &str = "flow build";
    const DESCRIPTION: &str =
        "Build agents into WebAssembly, side by side; what did not change is not built again.";
    const EXTRA: &str = "Builds the agents that are named, else those of the input (paths, or rows with a column `path` such as those of `flow provision`), else every agent below the current directory. What is in a DevPod workspace is built inside, with the tools there.

Where several are built, one that fails is a row with `ok` false, its `error` and the compiler's `messages`. Where all fail, that is an error, unless `--keep-going` asks for the rows.";
    const SEARCH_TERMS: &[&str] = &[
        "compile",
        "wasm",
        "webassembly",
        "component",
        "artifact",
        "cargo",
    ];

    fn signature(signature: Signature) -> Signature {
        signature
            .input_output_types(selection::types(Type::table()))
            .rest(
                "agents",
                SyntaxShape::String,
                "directories, source files or names of agents",
            )
            .named(
                "target",
                SyntaxShape::String,
                "`component` (default), or `web`: a package for browsers and Node",
                Some('t'),
            )
            .switch(
                "keep-going",
                "return rows even where every agent fails",
                Some('k'),
            )
            .switch("verbose", "show what the tools say", Some('v'))
    }

    fn examples() -> Vec<Example<'static>> {
        vec![
            example(
                "flow build",
                "Build every agent below the current directory",
            ),
            example(
                "flow provision rust 3 | flow build | flow eval (open orders.json)",
                "Build the agents of three workspaces, and compare what they do",
            ),
            example(
                "flow build score --keep-going | get 0.messages",
                "The compiler's errors and warnings, as a table",
            ),
            example(
                "flow build score --target web",
                "A package of JavaScript and WebAssembly, for browsers and Node",
            ),
        ]
    }

    fn complete(completion: &Completion<'_>) -> Option<Vec<DynamicSuggestion>> {
        match completion.argument {
            ArgType::Positional(_) => Some(agents::suggestions(&completion.directory()?)),
            ArgType::Flag(flag) if flag == "target" => Some(completion::words(order::TARGETS)),
            ArgType::Flag(_) => None,
        }
    }

    fn run(
        Request {
            plugin,
            engine,
            call,
        }: Request<'_>,
        input: Value,
    ) -> Result<Value, LabeledError> {
        let directory = engine.get_current_dir()?;
        let target = order::target(call)?;
        let wanted = order::read(call, &input, Path::new(&directory))?;
        let places = agents::places(plugin, engine, call.head)?;
        let interpreters = places.interpreters();
        let interrupt = Interrupt::listen(engine)?;
        let progress = BuildProgress::new(call.has_flag("verbose")?);
        let providers = environment::workspaces(engine, call.head)?;
        let agents: Vec<(&Agent, Box<dyn Executor>)> = wanted
            .iter()
            .filter_map(|wanted| wanted.agent.as_ref().ok())
            .map(|agent| (agent, agents::executor(&providers, agent)))
            .collect();
        let builder =
            |executor| interpreters.equip(Builder::new(places.cache.clone(), executor, target));
        let jobs: Vec<_> = agents
            .iter()
            .map(|(agent, executor)| (builder(&**executor), *agent))
            .collect();
        let results = build_all(&jobs, &interrupt.flag, &progress);
        let cancelled = interrupt.flag.load(std::sync::atomic::Ordering::Relaxed);
        let mut results = results.into_iter();
        let built: Vec<Built> = wanted
            .into_iter()
            .map(|wanted| Built::of(wanted, &mut results))
            .collect();
        if cancelled || !call.has_flag("keep-going")? {
            rows::refuse_failures(&built, cancelled, call.head)?;
        }
        let rows = built
            .into_iter()
            .map(|built| built.into_row(call.head))
            .collect();
        Ok(Value::list(rows, call.head))
    }
}
