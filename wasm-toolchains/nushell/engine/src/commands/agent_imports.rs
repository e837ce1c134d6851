//! `flow memory` and `flow call`: the interfaces that an agent imports, durable memory and
//! calls of other agents.

use nu_engine::command_prelude::*;
use nu_protocol::shell_error::generic::GenericError;

use crate::bindings::flow::agent::{memory, peers};
use crate::{answer, input};

/// How a command of this module answers its arguments.
type Work = fn(&Arguments) -> Result<Value, ShellError>;

/// One of the commands.
#[derive(Clone)]
struct FlowCommand {
    name: &'static str,
    description: &'static str,
    /// Its parameters after the namespace or the agent.
    parameters: &'static [Parameter],
    work: Work,
}

#[derive(Clone)]
struct Parameter {
    name: &'static str,
    description: &'static str,
    kind: Kind,
}

#[derive(Clone, PartialEq)]
enum Kind {
    Text,
    Value,
    Prefix,
    Duration,
}

/// The arguments of a call.
struct Arguments {
    head: Span,
    /// The namespace, or the agent.
    subject: String,
    texts: Vec<String>,
    values: Vec<Value>,
    expires_in: Option<i64>,
    input: Option<Value>,
}

const KEY: Parameter = Parameter {
    name: "key",
    description: "The key.",
    kind: Kind::Text,
};
const VALUE: Parameter = Parameter {
    name: "value",
    description: "The value; anything that has a form in JSON.",
    kind: Kind::Value,
};

const COMMANDS: &[FlowCommand] = &[
    FlowCommand {
        name: "flow call",
        description: "Hand the input to another agent, and give its answer.",
        parameters: &[],
        work: call_agent,
    },
    FlowCommand {
        name: "flow memory get",
        description: "The value of a key in a namespace of the durable memory; nothing where there is none.",
        parameters: &[KEY],
        work: get,
    },
    FlowCommand {
        name: "flow memory set",
        description: "Set a key in a namespace of the durable memory.",
        parameters: &[
            KEY,
            VALUE,
            Parameter {
                name: "expires-in",
                description: "How long the value is kept.",
                kind: Kind::Duration,
            },
        ],
        work: set,
    },
    FlowCommand {
        name: "flow memory delete",
        description: "Delete a key in a namespace of the durable memory; false where there was none.",
        parameters: &[KEY],
        work: delete,
    },
    FlowCommand {
        name: "flow memory list",
        description: "The keys in a namespace of the durable memory, in order.",
        parameters: &[Parameter {
            name: "prefix",
            description: "How the keys begin.",
            kind: Kind::Prefix,
        }],
        work: list,
    },
    FlowCommand {
        name: "flow memory compare-and-set",
        description: "Set a key if it holds an expected value, or `null` for none; false where it holds another.",
        parameters: &[
            KEY,
            Parameter {
                name: "expected",
                description: "The value that the key must hold.",
                kind: Kind::Value,
            },
            VALUE,
        ],
        work: compare_and_set,
    },
];

/// The commands.
pub fn commands() -> impl Iterator<Item = Box<dyn Command>> {
    let boxed = |command: &FlowCommand| -> Box<dyn Command> { Box::new(command.clone()) };
    COMMANDS.iter().map(boxed)
}

impl Command for FlowCommand {
    fn name(&self) -> &str {
        self.name
    }

    fn description(&self) -> &str {
        self.description
    }

    fn signature(&self) -> Signature {
        let (subject, about) = match self.name {
            "flow call" => ("agent", "The name of the agent."),
            _ => ("namespace", "The namespace."),
        };
        let start = Signature::build(self.name)
            .input_output_types(vec![(Type::Any, Type::Any)])
            .required(subject, SyntaxShape::String, about)
            .category(Category::Custom("flow".to_owned()));
        self.parameters.iter().fold(start, |signature, parameter| {
            let Parameter {
                name,
                description,
                kind,
            } = parameter.clone();
            match kind {
                Kind::Text => signature.required(name, SyntaxShape::String, description),
                Kind::Value => signature.required(name, SyntaxShape::Any, description),
                Kind::Prefix => signature.optional(name, SyntaxShape::String, description),
                Kind::Duration => signature.named(name, SyntaxShape::Duration, description, None),
            }
        })
    }

    fn run(
        &self,
        engine: &EngineState,
        stack: &mut Stack,
        call: &Call,
        input: PipelineData,
    ) -> Result<PipelineData, ShellError> {
        let mut arguments = Arguments {
            head: call.head,
            subject: call.req(engine, stack, 0)?,
            texts: Vec::new(),
            values: Vec::new(),
            expires_in: None,
            input: match input {
                PipelineData::Empty => None,
                other => Some(other.into_value(call.head)?),
            },
        };
        for (index, parameter) in self.parameters.iter().enumerate() {
            match parameter.kind {
                Kind::Text => arguments.texts.push(call.req(engine, stack, index + 1)?),
                Kind::Value => arguments.values.push(call.req(engine, stack, index + 1)?),
                Kind::Prefix => arguments.texts.extend(call.opt(engine, stack, index + 1)?),
                Kind::Duration => {
                    arguments.expires_in = call.get_flag(engine, stack, parameter.name)?
                }
            }
        }
        (self.work)(&arguments).map(Value::into_pipeline_data)
    }
}

impl Arguments {
    fn text(&self) -> &str {
        self.texts.first().map(String::as_str).unwrap_or_default()
    }

    fn json(&self, index: usize) -> Result<String, ShellError> {
        self.values
            .get(index)
            .map_or_else(|| Ok("null".to_owned()), answer::json)
    }

    fn refused(&self, message: String) -> ShellError {
        GenericError::new(message, "asked for here", self.head).into()
    }

    /// A value from the host.
    fn read(&self, json: &str) -> Result<Value, ShellError> {
        input::read(json, self.head).map_err(|error| self.refused(error))
    }
}

fn get(arguments: &Arguments) -> Result<Value, ShellError> {
    let held = memory::get(&arguments.subject, arguments.text());
    match held.map_err(|error| arguments.refused(error))? {
        Some(json) => arguments.read(&json),
        None => Ok(Value::nothing(arguments.head)),
    }
}

fn set(arguments: &Arguments) -> Result<Value, ShellError> {
    let expires_in = arguments.expires_in.map(u64::try_from).transpose();
    let expires_in = expires_in
        .map_err(|_| arguments.refused("a value cannot expire in the past".to_owned()))?;
    let json = arguments.json(0)?;
    memory::set(&arguments.subject, arguments.text(), &json, expires_in)
        .map_err(|error| arguments.refused(error))?;
    Ok(Value::nothing(arguments.head))
}

fn delete(arguments: &Arguments) -> Result<Value, ShellError> {
    let deleted = memory::delete(&arguments.subject, arguments.text());
    let deleted = deleted.map_err(|error| arguments.refused(error))?;
    Ok(Value::bool(deleted, arguments.head))
}

fn list(arguments: &Arguments) -> Result<Value, ShellError> {
    let mut keys = Vec::new();
    let mut cursor = None;
    loop {
        let page = memory::list_keys(&arguments.subject, arguments.text(), cursor.as_deref());
        let page = page.map_err(|error| arguments.refused(error))?;
        keys.extend(
            page.keys
                .into_iter()
                .map(|key| Value::string(key, arguments.head)),
        );
        cursor = page.cursor;
        if cursor.is_none() {
            return Ok(Value::list(keys, arguments.head));
        }
    }
}

fn compare_and_set(arguments: &Arguments) -> Result<Value, ShellError> {
    let none = matches!(arguments.values.first(), Some(Value::Nothing { .. }));
    let expected = arguments.json(0)?;
    let expected = (!none).then_some(expected.as_str());
    let json = arguments.json(1)?;
    let set = memory::compare_and_set(&arguments.subject, arguments.text(), expected, &json);
    let set = set.map_err(|error| arguments.refused(error))?;
    Ok(Value::bool(set, arguments.head))
}

fn call_agent(arguments: &Arguments) -> Result<Value, ShellError> {
    let nothing = Value::nothing(arguments.head);
    let input = answer::json(arguments.input.as_ref().unwrap_or(&nothing))?;
    let answer = peers::call(&arguments.subject, &input);
    let answer = arguments.read(&answer.map_err(|error| arguments.refused(error))?)?;
    // Several answers, or none, are a list here.
    let several = match &answer {
        Value::Record { val, .. } if val.len() == 1 => val.get("$emit").cloned(),
        _ => None,
    };
    Ok(several.unwrap_or(answer))
}
