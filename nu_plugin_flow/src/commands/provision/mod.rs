//! `flow provision`: workspaces in which agents are written and built.

mod order;
mod rows;

use flow_build::provisioning;
use flow_workspace::{Call, provision};
use nu_protocol::engine::ArgType;
use nu_protocol::{
    DynamicSuggestion, Example, LabeledError, Signature, Spanned, SyntaxShape, Type, Value,
};

use crate::command::{FlowCommand, Request, example};
use crate::commands::workspace::rows::refuse_failures;
use crate::completion::{self, Completion};
use crate::shell::environment;
use crate::shell::errors::labeled;
use crate::shell::interrupt::Interrupt;

pub(crate) struct Provision;

impl FlowCommand for Provision {
    const NAME: &str = "flow provision";
    const DESCRIPTION: &str = "Make workspaces with an agent and a toolchain in each, side by side; those that are there already are kept.";
    const EXTRA: &str = "The workspaces are called `<language>-1` and so on, or after `--name`, and so are the agents in them. Each has sources of its own. `auto` takes DevPod where trying it shows that it works, says why where it does not, and then makes folders on this machine.

The toolchain of each is tried inside. One that fails is a row with its `error`; where all fail, that is an error.";
    const SEARCH_TERMS: &[&str] = &[
        "workspace",
        "environment",
        "devpod",
        "toolchain",
        "template",
    ];

    fn signature(signature: Signature) -> Signature {
        signature
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
    }

    fn examples() -> Vec<Example<'static>> {
        vec![
            example(
                "flow provision rust 3",
                "Three workspaces for Rust agents: rust-1, rust-2 and rust-3",
            ),
            example(
                "flow provision rust 2 --name score | flow build | flow eval (open orders.json)",
                "Two variants of one agent, built and compared",
            ),
            example(
                "flow provision rust 2 --provider devpod --from ./score",
                "Two DevPod workspaces, each with a copy of a project",
            ),
        ]
    }

    fn complete(completion: &Completion<'_>) -> Option<Vec<DynamicSuggestion>> {
        match completion.argument {
            ArgType::Positional(0) => Some(completion::words(provisioning::names())),
            ArgType::Flag(flag) if flag == "provider" => Some(completion::words(order::PROVIDERS)),
            ArgType::Flag(flag) if flag == "template" => {
                let templates = flow_template::all().iter();
                Some(completion::words(templates.map(|template| template.name)))
            }
            _ => None,
        }
    }

    fn run(Request { engine, call, .. }: Request<'_>, _: Value) -> Result<Value, LabeledError> {
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
