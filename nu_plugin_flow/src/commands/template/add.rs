//! `flow template add`: a template into the project of the current directory.

use flow_template::Wanted;
use nu_protocol::{
    DynamicSuggestion, Example, LabeledError, Signature, Spanned, SyntaxShape, Value,
};

use super::project::{carry_out, project, suggestions};
use super::selection;
use crate::command::{FlowCommand, Request, example, example_with_result};
use crate::completion::Completion;
use crate::shell::errors::labeled;

pub(crate) struct Add;

impl FlowCommand for Add {
    const NAME: &str = "flow template add";
    const DESCRIPTION: &str =
        "Add templates to the project of the current directory, beside what is there.";
    const EXTRA: &str = "`devbox.json` keeps its comments and order and gets one entry in `include`; a devcontainer of the project is not touched, that of the template is one more to choose from. A template that is there already gets the parts that are named now. All is written, or nothing.";
    const SEARCH_TERMS: &[&str] = &["devbox", "devcontainer", "include", "init", "environment"];

    fn signature(signature: Signature) -> Signature {
        let names = SyntaxShape::List(Box::new(SyntaxShape::String));
        selection::signature(signature)
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
    }

    fn examples() -> Vec<Example<'static>> {
        vec![
            example(
                "flow template add rust python",
                "Add two templates to this project",
            ),
            example(
                "flow template add rust --with [tests spin] --dry-run | where path == devbox.json | get 0.difference",
                "What a template with two of its optional parts would change in devbox.json",
            ),
            example_with_result(
                "[] | flow template add",
                "Nothing is added where no template is selected",
                Value::test_list(Vec::new()),
            ),
        ]
    }

    fn complete(completion: &Completion<'_>) -> Option<Vec<DynamicSuggestion>> {
        completion.position().map(|_| suggestions())
    }

    fn run(Request { engine, call, .. }: Request<'_>, input: Value) -> Result<Value, LabeledError> {
        let templates = selection::some(call, &input)?;
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
