//! `flow template remove`: takes away what `flow template add` added.

use nu_plugin::{DynamicCompletionCall, EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::engine::ArgType;
use nu_protocol::{
    Category, DynamicSuggestion, Example, LabeledError, Signature, SyntaxShape, Type, Value,
};

use super::{carry_out, project, selection, suggestions};
use crate::FlowPlugin;
use crate::shell::errors::labeled;

pub(crate) struct Remove;

impl SimplePluginCommand for Remove {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow template remove"
    }

    fn description(&self) -> &str {
        "Take templates away from the project of the current directory."
    }

    fn extra_description(&self) -> &str {
        "Exactly what was added goes; `devbox.json` is then as it was, but for what you changed in it. Where a file of a template was changed, nothing goes without `--force`."
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
                "templates",
                SyntaxShape::String,
                "their names; else those of the input",
            )
            .switch(
                "dry-run",
                "write nothing, and show the difference",
                Some('n'),
            )
            .switch(
                "force",
                "also delete files of the template that were changed",
                Some('f'),
            )
            .category(Category::Experimental)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec!["rm", "delete", "undo", "devbox", "devcontainer"]
    }

    fn examples(&self) -> Vec<Example<'_>> {
        vec![
            Example {
                example: "flow template remove rust",
                description: "Take a template away from this project",
                result: None,
            },
            Example {
                example: "[] | flow template remove",
                description: "Nothing is taken away where no template is selected",
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
        _engine: &EngineInterface,
        _call: DynamicCompletionCall,
        argument: ArgType<'_>,
        _experimental: nu_protocol::engine::ExperimentalMarker,
    ) -> Option<Vec<DynamicSuggestion>> {
        matches!(argument, ArgType::Positional(_)).then(suggestions)
    }

    fn run(
        &self,
        _plugin: &FlowPlugin,
        engine: &EngineInterface,
        call: &EvaluatedCall,
        input: &Value,
    ) -> Result<Value, LabeledError> {
        let templates = selection::some(call, input)?;
        let Some(first) = templates.first() else {
            return Ok(Value::list(Vec::new(), call.head));
        };
        let names: Vec<&str> = templates
            .iter()
            .map(|template| template.item.name)
            .collect();
        let plan = project(engine, call.head)?
            .remove(&names, call.has_flag("force")?)
            .map_err(|error| labeled(&error, "removed here", first.span))?;
        carry_out(&plan, call.has_flag("dry-run")?, call.head)
    }
}
