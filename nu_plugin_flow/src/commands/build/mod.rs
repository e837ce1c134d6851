//! `flow build`: from sources to artifacts.

mod order;
mod rows;

use std::path::Path;

use flow_build::{Agent, Builder, build_all};
use flow_workspace::Executor;
use nu_plugin::{DynamicCompletionCall, EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::engine::ArgType;
use nu_protocol::{
    Category, DynamicSuggestion, Example, LabeledError, Signature, SyntaxShape, Type, Value,
};

use self::rows::Built;
use crate::FlowPlugin;
use crate::commands::interpreters::Places;
use crate::commands::{locate, words};
use crate::shell::environment;
use crate::shell::interrupt::Interrupt;
use crate::shell::progress::BuildProgress;

pub(crate) struct Build;

/// The words for `--target`.
const TARGETS: [&str; 2] = ["component", "web"];

impl SimplePluginCommand for Build {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow build"
    }

    fn description(&self) -> &str {
        "Build agents into WebAssembly, side by side; what did not change is not built again."
    }

    fn extra_description(&self) -> &str {
        "Builds the agents that are named, else those of the input (paths, or rows with a column `path` such as those of `flow provision`), else every agent below the current directory. What is in a DevPod workspace is built inside, with the tools there.

Where several are built, one that fails is a row with `ok` false, its `error` and the compiler's `messages`. Where all fail, that is an error, unless `--keep-going` asks for the rows."
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name())
            .input_output_types(vec![
                (Type::Nothing, Type::table()),
                (Type::String, Type::table()),
                (Type::record(), Type::table()),
                (Type::table(), Type::table()),
                (Type::list(Type::Any), Type::table()),
            ])
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
            .category(Category::Experimental)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec![
            "compile",
            "wasm",
            "webassembly",
            "component",
            "artifact",
            "cargo",
        ]
    }

    fn examples(&self) -> Vec<Example<'_>> {
        vec![
            Example {
                example: "flow build",
                description: "Build every agent below the current directory",
                result: None,
            },
            Example {
                example: "flow provision rust 3 | flow build | flow eval (open orders.json)",
                description: "Build the agents of three workspaces, and compare what they do",
                result: None,
            },
            Example {
                example: "flow build score --keep-going | get 0.messages",
                description: "The compiler's errors and warnings, as a table",
                result: None,
            },
            Example {
                example: "flow build score --target web",
                description: "A package of JavaScript and WebAssembly, for browsers and Node",
                result: None,
            },
        ]
    }

    #[expect(
        deprecated,
        reason = "the only way to complete, marked as experimental"
    )]
    fn get_dynamic_completion(
        &self,
        _plugin: &FlowPlugin,
        engine: &EngineInterface,
        _call: DynamicCompletionCall,
        argument: ArgType<'_>,
        _experimental: nu_protocol::engine::ExperimentalMarker,
    ) -> Option<Vec<DynamicSuggestion>> {
        match argument {
            ArgType::Positional(_) => {
                let directory = engine.get_current_dir().ok()?;
                Some(locate::suggestions(Path::new(&directory)))
            }
            ArgType::Flag(flag) if flag == "target" => Some(words::suggest(TARGETS)),
            ArgType::Flag(_) => None,
        }
    }

    fn run(
        &self,
        plugin: &FlowPlugin,
        engine: &EngineInterface,
        call: &EvaluatedCall,
        input: &Value,
    ) -> Result<Value, LabeledError> {
        let directory = engine.get_current_dir()?;
        let target = order::target(call)?;
        let wanted = order::read(call, input, Path::new(&directory))?;
        let places = Places::find(plugin, engine, call.head)?;
        let interpreters = places.interpreters();
        let interrupt = Interrupt::listen(engine)?;
        let progress = BuildProgress::new(call.has_flag("verbose")?);
        let providers = environment::workspaces(engine, call.head)?;
        let agents: Vec<(&Agent, Box<dyn Executor>)> = wanted
            .iter()
            .filter_map(|wanted| wanted.agent.as_ref().ok())
            .map(|agent| (agent, locate::executor(&providers, agent)))
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
