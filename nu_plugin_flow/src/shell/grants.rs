//! The flags that limit a run and grant it something.

use std::path::Path;
use std::time::Duration;

use flow_build::manifest::LimitOverrides;
use flow_contract::{
    AgentGrant, DirGrant, MemoryGrant, NetGrant, Permissions, nearest, parse_env, parse_size,
    parse_timeout,
};
use flow_run::Overrides;
use miette::Diagnostic;
use nu_plugin::EvaluatedCall;
use nu_protocol::{LabeledError, Signature, Span, SyntaxShape, Value};

use crate::shell::errors::labeled;

const LIMITS: [&str; 5] = ["timeout", "memory", "output", "fuel", "table_elements"];

/// Adds the flags to a command's signature.
#[must_use]
pub fn flags(signature: Signature) -> Signature {
    // The first that fits is taken, and `[a b]` without quotes fits a string too.
    let strings = SyntaxShape::OneOf(vec![
        SyntaxShape::List(Box::new(SyntaxShape::String)),
        SyntaxShape::String,
    ]);
    signature
        .named(
            "limits",
            SyntaxShape::Record(nu_protocol::CollectionColumns::default()),
            "limits over the manifest's: a record of `timeout`, `memory`, `output`, `fuel`, `table_elements`",
            None,
        )
        .named("timeout", SyntaxShape::Duration, "time for one record (of a command: for its run)", Some('t'))
        .named("memory", SyntaxShape::Filesize, "linear memory of one instance", Some('m'))
        .named("fuel", SyntaxShape::Int, "units of fuel for one record", None)
        .named(
            "allow-dir",
            strings.clone(),
            "grant a directory, read-only or read-write: `./data:ro`, `./out:rw` (or a list)",
            None,
        )
        .named("allow-env", strings.clone(), "grant an environment variable by name (or a list)", None)
        .named("allow-net", strings.clone(), "grant TCP and HTTP to a `host:port` (or a list)", None)
        .named(
            "allow-memory",
            strings.clone(),
            "grant a namespace of the durable memory, read-only with `:ro`: `orders`, `prices:ro` (or a list)",
            None,
        )
        .named(
            "allow-agent",
            strings,
            "grant calls of another agent, by its name, folder or file: `tokenize`, `words=./tools/words.py` (or a list)",
            None,
        )
}

/// What the user typed in these flags.
#[derive(Default)]
pub struct Flags {
    /// What they limit and grant.
    pub overrides: Overrides,
    /// Where the network was asked for.
    pub net: Option<Span>,
    /// Where each agent that may be called was named.
    pub agents: Vec<Span>,
}

impl Flags {
    /// Reads the flags of `call`; relative directories are taken from
    /// `directory`.
    ///
    /// # Errors
    /// Where a value does not parse, with its span.
    pub fn read(call: &EvaluatedCall, directory: &Path) -> Result<Self, LabeledError> {
        let mut limits = LimitOverrides::default();
        if let Some(record) = call.get_flag_value("limits") {
            read_limits(&record, &mut limits)?;
        }
        if let Some(value) = call.get_flag_value("timeout") {
            limits.timeout = Some(timeout(&value)?);
        }
        if let Some(value) = call.get_flag_value("memory") {
            limits.memory = Some(size(&value)?);
        }
        if let Some(value) = call.get_flag_value("fuel") {
            limits.fuel = Some(count(&value)?);
        }
        let mut permissions = Permissions::default();
        each(call, "allow-dir", |text, _| {
            DirGrant::parse(text, directory).map(|grant| permissions.dirs.push(grant))
        })?;
        each(call, "allow-env", |text, _| {
            parse_env(text).map(|name| permissions.env.push(name))
        })?;
        each(call, "allow-net", |text, _| {
            NetGrant::parse(text).map(|grant| permissions.net.push(grant))
        })?;
        each(call, "allow-memory", |text, _| {
            MemoryGrant::parse(text).map(|grant| permissions.memory.push(grant))
        })?;
        let mut agents = Vec::new();
        each(call, "allow-agent", |text, span| {
            agents.push(span);
            AgentGrant::parse(text, directory).map(|grant| permissions.agents.push(grant))
        })?;
        Ok(Self {
            overrides: Overrides {
                limits,
                permissions,
            },
            agents,
            net: call.get_flag_value("allow-net").map(|value| value.span()),
        })
    }
}

fn read_limits(value: &Value, limits: &mut LimitOverrides) -> Result<(), LabeledError> {
    for (key, value) in value.as_record()? {
        match key.as_str() {
            "timeout" => limits.timeout = Some(timeout(value)?),
            "memory" => limits.memory = Some(size(value)?),
            "output" => limits.output = Some(size(value)?),
            "fuel" => limits.fuel = Some(count(value)?),
            "table_elements" => limits.table_elements = Some(count(value)?),
            _ => {
                let error = LabeledError::new(format!("unknown limit: `{key}`"))
                    .with_code("flow::limits::unknown")
                    .with_label("this limit", value.span());
                return Err(match nearest(LIMITS, key) {
                    Some(near) => error.with_help(format!("did you mean `{near}`?")),
                    None => error.with_help(format!("the limits are {}", LIMITS.join(", "))),
                });
            }
        }
    }
    Ok(())
}

fn timeout(value: &Value) -> Result<Duration, LabeledError> {
    let nanoseconds = match value {
        Value::Duration { val, .. } => *val,
        Value::String { val, .. } => {
            return parse_timeout(val)
                .map_err(|error| labeled(&error, "this timeout", value.span()));
        }
        other => return Err(mistyped(other, "a duration, such as `2sec`")),
    };
    u64::try_from(nanoseconds)
        .ok()
        .filter(|nanoseconds| *nanoseconds > 0)
        .map(Duration::from_nanos)
        .ok_or_else(|| mistyped(value, "a duration of more than zero"))
}

fn size(value: &Value) -> Result<u64, LabeledError> {
    let bytes = match value {
        Value::Filesize { val, .. } => val.get(),
        Value::Int { val, .. } => *val,
        Value::String { val, .. } => {
            return parse_size(val).map_err(|error| labeled(&error, "this size", value.span()));
        }
        other => return Err(mistyped(other, "a filesize, such as `64mb`")),
    };
    u64::try_from(bytes)
        .ok()
        .filter(|bytes| *bytes > 0)
        .ok_or_else(|| mistyped(value, "a filesize of more than zero"))
}

fn count(value: &Value) -> Result<u64, LabeledError> {
    let count = value
        .as_int()
        .ok()
        .and_then(|count| u64::try_from(count).ok());
    count
        .filter(|count| *count > 0)
        .ok_or_else(|| mistyped(value, "a whole number of more than zero"))
}

fn mistyped(value: &Value, expected: &str) -> LabeledError {
    LabeledError::new(format!("expected {expected}"))
        .with_code("flow::limits::value")
        .with_label(format!("this is a {}", value.get_type()), value.span())
}

/// Hands every string of a flag, which takes one or a list, to `read`.
fn each<E: Diagnostic>(
    call: &EvaluatedCall,
    flag: &str,
    mut read: impl FnMut(&str, Span) -> Result<(), E>,
) -> Result<(), LabeledError> {
    let mut one = |text: &str, span: Span| {
        read(text, span).map_err(|error| labeled(&error, "this permission", span))
    };
    // A flag that is given twice grants both.
    let given = call.named.iter().filter(|(name, _)| name.item == flag);
    for value in given.filter_map(|(_, value)| value.as_ref()) {
        match value {
            Value::List { vals, .. } => {
                for item in vals.iter() {
                    one(item.as_str()?, item.span())?;
                }
            }
            single => one(single.as_str()?, single.span())?,
        }
    }
    Ok(())
}
