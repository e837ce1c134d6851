//! `flow workspace delete`: workspaces with all their files.

use flow_workspace::{Call, Provider};
use nu_plugin::{DynamicCompletionCall, EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::engine::ArgType;
use nu_protocol::{
    Category, DynamicSuggestion, Example, IntoValue, LabeledError, Signature, SyntaxShape, Type,
    Value, record,
};

use super::{refuse_failures, selection, suggestions};
use crate::FlowPlugin;
use crate::shell::environment;
use crate::shell::errors::labeled;
use crate::shell::interrupt::Interrupt;

pub(crate) struct Delete;

impl SimplePluginCommand for Delete {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow workspace delete"
    }

    fn description(&self) -> &str {
        "Delete workspaces with all their files."
    }

    fn extra_description(&self) -> &str {
        "Without `--force`, a workspace with files that differ from what was provisioned is kept; builds do not count. One that is kept is a row with its `error`; where all are kept, that is an error."
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
                "ids",
                SyntaxShape::String,
                "the workspaces; else those of the input",
            )
            .switch("force", "also delete what was changed in them", Some('f'))
            .category(Category::Experimental)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec!["remove", "rm", "workspaces", "devpod", "environment"]
    }

    fn examples(&self) -> Vec<Example<'_>> {
        vec![
            Example {
                example: "flow workspace delete rust-1 rust-2",
                description: "Delete two workspaces, unless they have changes",
                result: None,
            },
            Example {
                example: "flow workspace list | where language == rust | flow workspace delete --force",
                description: "Delete all workspaces for Rust, with their changes",
                result: None,
            },
            Example {
                example: "[] | flow workspace delete",
                description: "A selection without workspaces deletes none",
                result: Some(Value::test_list(Vec::new())),
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
        matches!(argument, ArgType::Positional(_)).then(|| suggestions(engine))?
    }

    fn run(
        &self,
        _plugin: &FlowPlugin,
        engine: &EngineInterface,
        call: &EvaluatedCall,
        input: &Value,
    ) -> Result<Value, LabeledError> {
        let force = call.has_flag("force")?;
        let provider = environment::workspaces(engine, call.head)?;
        let interrupt = Interrupt::listen(engine)?;
        let within = Call::new(&interrupt.flag, None);
        let selected = selection::select(&call.positional, input, call.head, &provider, &within)?;
        let mut rows = Vec::with_capacity(selected.len());
        let mut failures = Vec::new();
        for selected in selected {
            let deleted = provider.delete(&selected.id, force, &Call::new(&interrupt.flag, None));
            let error = deleted
                .err()
                .map(|error| labeled(&error, "this workspace", selected.span));
            let row = record! {
                "id" => Value::string(selected.id.as_str(), selected.span),
                "deleted" => Value::bool(error.is_none(), call.head),
                "error" => error.as_ref().map(|error| error.msg.clone()).into_value(call.head),
            };
            rows.push(Value::record(row, call.head));
            failures.extend(error);
        }
        refuse_failures(failures, rows.len())?;
        Ok(Value::list(rows, call.head))
    }
}
