//! `flow doctor`: whether all that flow works with can be used.

mod rows;

use flow_doctor::Check;
use nu_plugin::{DynamicCompletionCall, EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::engine::ArgType;
use nu_protocol::{
    Category, DynamicSuggestion, Example, IntoValue, LabeledError, Signature, Spanned, SyntaxShape,
    Type, Value,
};

use super::words;
use crate::FlowPlugin;
use crate::shell::examination::Examination;

pub(crate) struct Doctor;

impl SimplePluginCommand for Doctor {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow doctor"
    }

    fn description(&self) -> &str {
        "Check whether toolchains, engines, providers and folders can be used, and mend what can be."
    }

    fn extra_description(&self) -> &str {
        "A row for each thing: whether a real probe succeeds, what it is needed for, how to mend it. flow works without what is optional, but for that one purpose. `--fix` adds wasm targets, installs pinned tools with cargo (which can take minutes), creates folders and repairs their permissions; it does nothing that needs root. Programs are looked for as builds do: a changed `$env.PATH` counts after `plugin stop flow`."
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name())
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
            .category(Category::Experimental)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec![
            "check",
            "diagnose",
            "health",
            "repair",
            "install",
            "toolchain",
        ]
    }

    fn examples(&self) -> Vec<Example<'_>> {
        vec![
            Example {
                example: "flow doctor | where not ok and not optional | select tool found mend",
                description: "What is wrong, and how to mend it",
                result: None,
            },
            Example {
                example: "flow doctor rust cache --fix | where fixed != null",
                description: "Mend two things, and see what was done",
                result: None,
            },
            Example {
                example: "(flow doctor nushell).tool",
                description: "What one of the checks looks at",
                result: Some(Value::test_list(vec![
                    Value::test_string("nu"),
                    Value::test_string("nu_plugin_flow"),
                ])),
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
        let names = || words::suggest(flow_doctor::all().iter().map(|check| check.name()));
        matches!(argument, ArgType::Positional(_)).then(names)
    }

    fn run(
        &self,
        plugin: &FlowPlugin,
        engine: &EngineInterface,
        call: &EvaluatedCall,
        _input: &Value,
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
        words::unknown(
            "check",
            "flow::doctor::check",
            &name.item,
            &known,
            name.span,
        )
    })
}
