//! `flow template remove`: takes away what `flow template add` added.

use nu_protocol::{DynamicSuggestion, Example, LabeledError, Signature, Value};

use super::project::{carry_out, project, suggestions};
use super::selection;
use crate::command::{FlowCommand, Request, example, example_with_result};
use crate::completion::Completion;
use crate::shell::errors::labeled;

pub(crate) struct Remove;

impl FlowCommand for Remove {
    const NAME: &str = "flow template remove";
    const DESCRIPTION: &str = "Take templates away from the project of the current directory.";
    const EXTRA: &str = "Exactly what was added goes; `devbox.json` is then as it was, but for what you changed in it. Where a file of a template was changed, nothing goes without `--force`.";
    const SEARCH_TERMS: &[&str] = &["rm", "delete", "undo", "devbox", "devcontainer"];

    fn signature(signature: Signature) -> Signature {
        selection::signature(signature)
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
    }

    fn examples() -> Vec<Example<'static>> {
        vec![
            example(
                "flow template remove rust",
                "Take a template away from this project",
            ),
            example_with_result(
                "[] | flow template remove",
                "Nothing is taken away where no template is selected",
                Value::test_list(Vec::new()),
            ),
        ]
    }

    fn complete(completion: &Completion<'_>) -> Option<Vec<DynamicSuggestion>> {
        completion.position().map(|_| suggestions())
    }

    fn run(Request { engine, call, .. }: Request<'_>, input: Value) -> Result<Value, LabeledError> {
        let templates = selection::some(call, &input)?;
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
