//! `flow template add`: a template into the project of the current directory.

use flow_template::Wanted;
use nu_plugin::{DynamicCompletionCall, EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::engine::ArgType;
use nu_protocol::{
    Category, DynamicSuggestion, Example, LabeledError, Signature, Spanned, SyntaxShape, Type,
    Value,
};

use super::{carry_out, project, selection, suggestions};
use crate::FlowPlugin;
use crate::shell::errors::labeled;

pub(crate) struct Add;

impl SimplePluginCommand for Add {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow template add"
    }

    fn description(&self) -> &str {
        "Add templates to the project of the current directory, beside what is there."
    }

    fn extra_description(&self) -> &str {
        "`devbox.json` keeps its comments and order and gets one entry in `include`; a devcontainer of the project is not touched, that of the template is one more to choose from. A template that is there already gets the parts that are named now. All is written, or nothing."
    }

    fn signature(&self) -> Signature {
        let names = SyntaxShape::List(Box::new(SyntaxShape::String));
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
            .named(
                "with",
                names,
                "optional parts to take along: see `flow template show`",
                Some('w'),
            )
            .switch(
                "dry-run",
                "write nothing, and show the difference",
                Some('n'),
            )
            .switch(
                "force",
                "overwrite files of the template that were changed",
                Some('f'),
            )
            .category(Category::Experimental)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec!["devbox", "devcontainer", "include", "init", "environment"]
    }

    fn examples(&self) -> Vec<Example<'_>> {
        vec![
            Example {
                example: "flow template add rust python",
                description: "Add two templates to this project",
                result: None,
            },
            Example {
                example: "flow template add rust --with [tests spin] --dry-run | where path == devbox.json | get 0.difference",
                description: "What a template with two of its optional parts would change in devbox.json",
                result: None,
            },
            Example {
                example: "[] | flow template add",
                description: "Nothing is added where no template is selected",
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
        let with: Option<Vec<Spanned<String>>> = call.get_flag("with")?;
        let parts = selection::parts(&templates, &with.unwrap_or_default())?;
        let Some(first) = templates.first() else {
            return Ok(Value::list(Vec::new(), call.head));
        };
        let wanted = templates.iter().zip(parts);
        let wanted = wanted.map(|(template, parts)| Wanted {
            template: template.item,
            parts,
        });
        let plan = project(engine, call.head)?
            .add(&wanted.collect::<Vec<_>>(), call.has_flag("force")?)
            .map_err(|error| labeled(&error, "added here", first.span))?;
        carry_out(&plan, call.has_flag("dry-run")?, call.head)
    }
}
