//! `flow doctor`: whether all that flow works with can be used.

mod rows;

use flow_doctor::Check;
use nu_protocol::{
    DynamicSuggestion, Example, IntoValue, LabeledError, Signature, Spanned, SyntaxShape, Type,
    Value,
};

use super::choices;
use crate::command::{FlowCommand, Request, example, example_with_result};
use crate::completion::{self, Completion};
use crate::shell::examination::Examination;

pub(crate) struct Doctor;

impl FlowCommand for Doctor {
    const NAME: &str = "flow doctor";
    const DESCRIPTION: &str = "Check whether toolchains, engines, providers and folders can be used, and mend what can be.";
    const EXTRA: &str = "A row for each thing: whether a real probe succeeds, what it is needed for, how to mend it. flow works without what is optional, but for that one purpose. `--fix` adds wasm targets, installs pinned tools with cargo (which can take minutes), creates folders and repairs their permissions; it does nothing that needs root. Programs are looked for as builds do: a changed `$env.PATH` counts after `plugin stop flow`.";
    const SEARCH_TERMS: &[&str] = &[
        "check",
        "diagnose",
        "health",
        "repair",
        "install",
        "toolchain",
    ];

    fn signature(signature: Signature) -> Signature {
        signature
            .input_output_type(Type::Nothing, Type::table())
            .rest(
                "checks",
                SyntaxShape::String,
                "only these: `rust`, `cache` …; else all",
            )
            .switch(
                "fix",
                "do what can be done without root, and say what was done",
                None,
            )
    }

    fn examples() -> Vec<Example<'static>> {
        vec![
            example(
                "flow doctor | where not ok and not optional | select tool found mend",
                "What is wrong, and how to mend it",
            ),
            example(
                "flow doctor rust cache --fix | where fixed != null",
                "Mend two things, and see what was done",
            ),
            example_with_result(
                "(flow doctor nushell).tool",
                "What one of the checks looks at",
                Value::test_list(vec![
                    Value::test_string("nu"),
                    Value::test_string("nu_plugin_flow"),
                ]),
            ),
        ]
    }

    fn complete(completion: &Completion<'_>) -> Option<Vec<DynamicSuggestion>> {
        completion.position()?;
        let checks = flow_doctor::all().iter();
        Some(completion::words(checks.map(|check| check.name())))
    }

    fn run(
        Request {
            plugin,
            engine,
            call,
        }: Request<'_>,
        _: Value,
    ) -> Result<Value, LabeledError> {
        let names: Vec<Spanned<String>> = call.rest(0)?;
        let checks = match names.is_empty() {
            true => flow_doctor::all().to_vec(),
            false => names.iter().map(check).collect::<Result<_, _>>()?,
        };
        let fix = call.has_flag("fix")?;
        let examination = Examination::begin(plugin, engine, call.head)?;
        let found = examination.with(|context| flow_doctor::consult(&checks, context, fix));
        let rows = found.into_iter().map(|(diagnosis, done)| {
            let mut row = rows::row(diagnosis, call.head);
            if fix {
                row.push("fixed", done.into_value(call.head));
            }
            Value::record(row, call.head)
        });
        Ok(Value::list(rows.collect(), call.head))
    }
}

fn check(name: &Spanned<String>) -> Result<&'static dyn Check, LabeledError> {
    flow_doctor::named(&name.item).ok_or_else(|| {
        let known: Vec<_> = flow_doctor::all()
            .iter()
            .map(|check| check.name())
            .collect();
        choices::unknown(
            "check",
            "flow::doctor::check",
            &name.item,
            &known,
            name.span,
        )
    })
}
