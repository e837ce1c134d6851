//! `flow provision`: workspaces in which agents are written and built.

mod order;
mod rows;

use flow_build::provisioning;
use flow_workspace::{Call, provision};
use nu_plugin::{DynamicCompletionCall, EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::engine::ArgType;
use nu_protocol::{
    Category, DynamicSuggestion, Example, LabeledError, Signature, Spanned, SyntaxShape, Type,
    Value,
};

use crate::FlowPlugin;
use crate::commands::words;
use crate::commands::workspace::refuse_failures;
use crate::shell::environment;
use crate::shell::errors::labeled;
use crate::shell::interrupt::Interrupt;

pub(crate) struct Provision;

const PROVIDERS: [&str; 3] = ["auto", "devpod", "local"];

impl SimplePluginCommand for Provision {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow provision"
    }

    fn description(&self) -> &str {
        "Make workspaces with an agent and a toolchain in each, side by side; those that are there already are kept."
    }

    fn extra_description(&self) -> &str {
        "The workspaces are called `<language>-1` and so on, or after `--name`, and so are the agents in them. Each has sources of its own. `auto` takes DevPod where trying it shows that it works, says why where it does not, and then makes folders on this machine.

The toolchain of each is tried inside. One that fails is a row with its `error`; where all fail, that is an error."
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name())
            .input_output_type(Type::Nothing, Type::table())
            .required(
                "language",
                SyntaxShape::String,
                "language of the agents: `go`, `javascript`, `nushell`, `python`, `rust` or `typescript`",
            )
            .optional(
                "count",
                SyntaxShape::Int,
                "how many workspaces (default: 1)",
            )
            .named(
                "name",
                SyntaxShape::String,
                "what they are called, followed by `-1` and so on",
                Some('n'),
            )
            .named(
                "provider",
                SyntaxShape::String,
                "where they live: `auto` (default), `devpod` or `local`",
                Some('p'),
            )
            .named(
                "from",
                SyntaxShape::String,
                "sources that each gets a copy of: a folder or a git repository",
                Some('f'),
            )
            .named(
                "template",
                SyntaxShape::String,
                "the devcontainer's template, rather than the language's or the sources' own",
                None,
            )
            .named(
                "timeout",
                SyntaxShape::Duration,
                "time for each workspace",
                None,
            )
            .category(Category::Experimental)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec![
            "workspace",
            "environment",
            "devpod",
            "toolchain",
            "template",
        ]
    }

    fn examples(&self) -> Vec<Example<'_>> {
        vec![
            Example {
                example: "flow provision rust 3",
                description: "Three workspaces for Rust agents: rust-1, rust-2 and rust-3",
                result: None,
            },
            Example {
                example: "flow provision rust 2 --name score | flow build | flow eval (open orders.json)",
                description: "Two variants of one agent, built and compared",
                result: None,
            },
            Example {
                example: "flow provision rust 2 --provider devpod --from ./score",
                description: "Two DevPod workspaces, each with a copy of a project",
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
        _engine: &EngineInterface,
        _call: DynamicCompletionCall,
        argument: ArgType<'_>,
        _experimental: nu_protocol::engine::ExperimentalMarker,
    ) -> Option<Vec<DynamicSuggestion>> {
        match argument {
            ArgType::Positional(0) => Some(words::suggest(provisioning::names())),
            ArgType::Flag(flag) if flag == "provider" => Some(words::suggest(PROVIDERS)),
            ArgType::Flag(flag) if flag == "template" => {
                let templates = flow_template::all().iter();
                Some(words::suggest(templates.map(|template| template.name)))
            }
            _ => None,
        }
    }

    fn run(
        &self,
        _plugin: &FlowPlugin,
        engine: &EngineInterface,
        call: &EvaluatedCall,
        _input: &Value,
    ) -> Result<Value, LabeledError> {
        let name: Spanned<String> = call.req(0)?;
        let language = order::language(&name)?;
        let interrupt = Interrupt::listen(engine)?;
        let within = Call::new(&interrupt.flag, None);
        let providers = environment::workspaces(engine, call.head)?;
        let asked = Spanned {
            item: language,
            span: name.span,
        };
        let draft = order::draft(call, asked)?;
        let (providers, why) = order::provider(call, providers, &within)?;
        let order = draft.order(engine, &providers, &within)?;
        if let Some(why) = why {
            // Standard output is the protocol with Nushell.
            eprintln!("provisioning on this machine: {why}");
        }
        let provisioned = provision(&providers, &order, &interrupt.flag, &|_| {});
        let mut failures = Vec::new();
        let mut table = Vec::new();
        for row in provisioned {
            let failure = row.error.as_ref();
            let failure = failure
                .map(|error| rows::explain(error, &order, row.provider, language, name.span));
            table.push(rows::table_row(row, failure.as_ref(), call.head));
            failures.extend(failure);
        }
        refuse_failures(failures, table.len())?;
        // As where a toolchain is missing: the workspaces stand, and the error says so.
        if let Some(wanted) = language.engine() {
            let found = environment::engines(engine, call.head)?.need(wanted);
            found.map_err(|error| labeled(&error, "this language", name.span))?;
        }
        Ok(Value::list(table, call.head))
    }
}
