//! `flow memory delete`: forgets keys.

use nu_plugin::EvaluatedCall;
use nu_protocol::{
    DynamicSuggestion, Example, LabeledError, Signature, Span, Spanned, SyntaxShape, Type, Value,
    record,
};

use super::arguments::{self, Spans};
use super::{completion, location};
use crate::command::{FlowCommand, Request, example, example_with_result};
use crate::commands::columns;
use crate::completion::Completion;

pub(crate) struct Delete;

impl FlowCommand for Delete {
    const NAME: &str = "flow memory delete";
    const DESCRIPTION: &str = "Delete keys and their values, all together or none.";
    const EXTRA: &str = "The keys are the arguments, else those in the rows of the input, such as those of `flow memory list`. A key that is not there is no error: its row says so.";
    const SEARCH_TERMS: &[&str] = &["remove", "rm", "forget", "clear", "key-value"];

    fn signature(signature: Signature) -> Signature {
        let table = columns::table([
            ("namespace", Type::String),
            ("key", Type::String),
            ("deleted", Type::Bool),
        ]);
        location::signature(signature)
            .input_output_types(vec![
                (Type::Nothing, table.clone()),
                (Type::record(), table.clone()),
                (Type::table(), table.clone()),
                (Type::list(Type::Any), table),
            ])
            .optional(
                "namespace",
                SyntaxShape::String,
                "the namespace; else that of each row of the input",
            )
            .rest(
                "keys",
                SyntaxShape::String,
                "the keys; else those of the input",
            )
    }

    fn examples() -> Vec<Example<'static>> {
        vec![
            example("flow memory delete orders 10037 10087", "Forget two orders"),
            example(
                "flow memory list orders | where updated < (date now) - 30day | flow memory delete",
                "Forget what has not changed for a month",
            ),
            example_with_result(
                "[] | flow memory delete",
                "A selection without keys is no error",
                Value::test_list(Vec::new()),
            ),
        ]
    }

    fn complete(completion: &Completion<'_>) -> Option<Vec<DynamicSuggestion>> {
        completion::suggestions(completion, 0, true)
    }

    fn run(Request { engine, call, .. }: Request<'_>, input: Value) -> Result<Value, LabeledError> {
        let named = named(call, &input)?;
        if named.is_empty() {
            return Ok(Value::list(Vec::new(), call.head));
        }
        let store = location::store(engine, call)?;
        let mut session = store.session();
        let mut done = Vec::with_capacity(named.len());
        for Named { namespace, key } in named {
            let spans = Spans {
                namespace: Some(namespace.span),
                key: Some(key.span),
                ..Spans::of(call.head)
            };
            let deleted = session.delete(&namespace.item, &key.item);
            let deleted = deleted.map_err(|error| spans.tell(&error))?;
            let row = record! {
                "namespace" => Value::string(namespace.item, call.head),
                "key" => Value::string(key.item, call.head),
                "deleted" => Value::bool(deleted, call.head),
            };
            done.push(Value::record(row, call.head));
        }
        let committed = session.commit();
        committed.map_err(|error| Spans::of(call.head).tell(&error))?;
        Ok(Value::list(done, call.head))
    }
}

/// What is to be deleted.
struct Named {
    namespace: Spanned<String>,
    key: Spanned<String>,
}

/// Everything that is to be deleted.
fn named(call: &EvaluatedCall, input: &Value) -> Result<Vec<Named>, LabeledError> {
    let Some(namespace) = call.opt::<Value>(0)? else {
        let selected = match input {
            Value::Nothing { .. } => return Err(shape("no key is named", call.head)),
            Value::List { vals, .. } => vals.as_slice(),
            single => std::slice::from_ref(single),
        };
        return selected.iter().map(of_row).collect();
    };
    let namespace = arguments::name(namespace, "namespace")?;
    let keys = call.rest::<Value>(1)?;
    if keys.is_empty() {
        return Err(LabeledError::new("no key is named")
            .with_code("flow::memory::delete")
            .with_help(format!(
                "name keys, or delete all of the namespace: `flow memory list {} | flow memory delete`",
                namespace.item
            ))
            .with_label("of this namespace", namespace.span));
    }
    let keys = keys.into_iter().map(|key| arguments::name(key, "key"));
    keys.map(|key| {
        Ok(Named {
            namespace: namespace.clone(),
            key: key?,
        })
    })
    .collect()
}

/// The namespace and key of a row.
fn of_row(row: &Value) -> Result<Named, LabeledError> {
    let record = match row {
        Value::Record { val, .. } => val,
        Value::Error { error, .. } => return Err(LabeledError::from((**error).clone())),
        _ => return Err(shape("not a row with a namespace and a key", row.span())),
    };
    let column = |name: &str| {
        let value = record.get(name).cloned();
        let value =
            value.ok_or_else(|| shape(&format!("a row has no column `{name}`"), row.span()))?;
        arguments::name(value, name)
    };
    Ok(Named {
        namespace: column("namespace")?,
        key: column("key")?,
    })
}

fn shape(message: &str, span: Span) -> LabeledError {
    LabeledError::new(message)
        .with_code("flow::memory::delete")
        .with_help("name a namespace and keys, or hand over rows with the columns `namespace` and `key` such as those of `flow memory list`")
        .with_label("here", span)
}
