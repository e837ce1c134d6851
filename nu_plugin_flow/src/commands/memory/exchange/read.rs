//! What other programs wrote, to entries.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, FixedOffset};
use flow_contract::{Path, Segment};
use flow_store::{Entry, Skipped};
use nu_protocol::{LabeledError, Record, Span, Value};

use super::format::{FLOW, FLOW_VERSION, Format, RUFLO, RUFLO_VERSION};
use crate::commands::memory::value;

/// Where claude-flow keeps what was given no namespace.
const DEFAULT_NAMESPACE: &str = "default";

/// What an input holds.
pub(in crate::commands::memory) struct Read {
    /// By its shape.
    pub(in crate::commands::memory) format: Format,
    /// What can be kept, in the order of the input.
    pub(in crate::commands::memory) entries: Vec<Entry>,
    /// What holds no value.
    pub(in crate::commands::memory) skipped: Vec<Skipped>,
}

/// Reads an export of one of the formats, or rows such as those of `flow memory list`; what has
/// no time of its own is from `now`.
///
/// # Errors
/// Where the input has none of the shapes, or a row lacks something or has it in another type:
/// with its path in the input.
pub(in crate::commands::memory) fn read(
    input: &Value,
    now: SystemTime,
) -> Result<Read, LabeledError> {
    let mut reader = Reader {
        now,
        entries: Vec::new(),
        skipped: Vec::new(),
    };
    let format = reader.whole(input)?;
    Ok(Read {
        format,
        entries: reader.entries,
        skipped: reader.skipped,
    })
}

struct Reader {
    now: SystemTime,
    entries: Vec<Entry>,
    skipped: Vec<Skipped>,
}

impl Reader {
    fn whole(&mut self, input: &Value) -> Result<Format, LabeledError> {
        match input {
            Value::Record { val, .. } => match val.get("schema") {
                Some(Value::String { val: schema, .. }) => {
                    let format = format_of(schema, input.span())?;
                    let entries = Place::of(val, input.span()).field("entries")?;
                    self.rows(entries, &[Segment::Field("entries".into())], format, None)?;
                    Ok(format)
                }
                _ => {
                    for (namespace, rows) in val.iter() {
                        let path = [Segment::Field(namespace.clone())];
                        self.rows(rows, &path, Format::ClaudeFlow, Some(namespace))?;
                    }
                    Ok(Format::ClaudeFlow)
                }
            },
            Value::List { .. } => {
                self.rows(input, &[], Format::Flow, None)?;
                Ok(Format::Flow)
            }
            Value::Error { error, .. } => Err(LabeledError::from((**error).clone())),
            other => Err(malformed(
                &format!("{} is no export of a memory", other.get_type()),
                &Path::root(),
                other.span(),
            )),
        }
    }

    /// Reads the rows of a list that stands at `outer`.
    fn rows(
        &mut self,
        rows: &Value,
        outer: &[Segment],
        format: Format,
        namespace: Option<&str>,
    ) -> Result<(), LabeledError> {
        let Value::List { vals, .. } = rows else {
            let path = outer.iter().rev().cloned().fold(Path::root(), Path::under);
            let message = format!("a list of entries is expected, not {}", rows.get_type());
            return Err(malformed(&message, &path, rows.span()));
        };
        for (index, row) in vals.iter().enumerate() {
            let mut outer = outer.to_vec();
            outer.push(Segment::Index(index));
            let record = match row {
                Value::Record { val, .. } => val,
                Value::Error { error, .. } => return Err(LabeledError::from((**error).clone())),
                other => {
                    let path = outer.into_iter().rev().fold(Path::root(), Path::under);
                    let message = format!("an entry is expected, not {}", other.get_type());
                    return Err(malformed(&message, &path, other.span()));
                }
            };
            let place = Place {
                record,
                span: row.span(),
                outer,
            };
            match format {
                Format::Flow => self.flow(&place)?,
                Format::ClaudeFlow => self.claude_flow(&place, namespace)?,
                Format::Ruflo => self.ruflo(&place)?,
            }
        }
        Ok(())
    }

    fn flow(&mut self, place: &Place<'_>) -> Result<(), LabeledError> {
        let created = place.date("created")?.unwrap_or(self.now);
        self.entries.push(Entry {
            namespace: place.text("namespace")?,
            key: place.text("key")?,
            value: value::imported(place.field("value")?)?,
            created,
            updated: place.date("updated")?.unwrap_or(created),
            expires: place.date("expires")?,
        });
        Ok(())
    }

    fn ruflo(&mut self, place: &Place<'_>) -> Result<(), LabeledError> {
        let namespace = place.optional_text("namespace")?;
        let namespace = namespace.unwrap_or_else(|| DEFAULT_NAMESPACE.to_owned());
        let created = place.milliseconds("createdAt")?.unwrap_or(self.now);
        let updated = place.milliseconds("updatedAt")?.unwrap_or(created);
        let expires = place.milliseconds("expiresAt")?;
        self.foreign(place, namespace, created, updated, expires)
    }

    fn claude_flow(
        &mut self,
        place: &Place<'_>,
        namespace: Option<&str>,
    ) -> Result<(), LabeledError> {
        let own = place.optional_text("namespace")?;
        let namespace = own.or_else(|| namespace.map(str::to_owned));
        let namespace = namespace.unwrap_or_else(|| DEFAULT_NAMESPACE.to_owned());
        let at = place.milliseconds("timestamp")?.unwrap_or(self.now);
        self.foreign(place, namespace, at, at, None)
    }

    /// An entry whose value is text, or null where the program that wrote it had lost it.
    fn foreign(
        &mut self,
        place: &Place<'_>,
        namespace: String,
        created: SystemTime,
        updated: SystemTime,
        expires: Option<SystemTime>,
    ) -> Result<(), LabeledError> {
        let key = place.text("key")?;
        let held = place.field("value")?;
        let is_json = place.optional_text("encoding")?.as_deref() == Some("json");
        let value = match held {
            Value::Nothing { .. } => {
                self.skipped.push(Skipped {
                    namespace,
                    key,
                    reason: "its value is null".to_owned(),
                });
                return Ok(());
            }
            Value::String { val, .. } if is_json => val.clone(),
            held => value::to_text(held)?,
        };
        self.entries.push(Entry {
            namespace,
            key,
            value,
            created,
            updated,
            expires,
        });
        Ok(())
    }
}

/// A record of the input, and where it is.
struct Place<'v> {
    record: &'v Record,
    span: Span,
    /// The way to it, from outside.
    outer: Vec<Segment>,
}

impl<'v> Place<'v> {
    /// The record that is the input as a whole.
    fn of(record: &'v Record, span: Span) -> Place<'v> {
        Place {
            record,
            span,
            outer: Vec::new(),
        }
    }

    fn path(&self, field: Option<&str>) -> Path {
        let field = field.map(|name| Segment::Field(name.to_owned()));
        let inward = self.outer.iter().cloned().chain(field);
        let outward: Vec<Segment> = inward.collect();
        outward.into_iter().rev().fold(Path::root(), Path::under)
    }

    fn field(&self, name: &str) -> Result<&'v Value, LabeledError> {
        match self.record.get(name) {
            Some(Value::Error { error, .. }) => Err(LabeledError::from((**error).clone())),
            Some(value) => Ok(value),
            None => {
                let message = format!("`{name}` is missing");
                Err(malformed(&message, &self.path(None), self.span))
            }
        }
    }

    /// A field that may be missing or null.
    fn optional(&self, name: &str) -> Option<&'v Value> {
        let value = self.record.get(name)?;
        (!value.is_nothing()).then_some(value)
    }

    fn text(&self, name: &str) -> Result<String, LabeledError> {
        let value = self.field(name)?;
        self.as_text(name, value)
    }

    fn optional_text(&self, name: &str) -> Result<Option<String>, LabeledError> {
        let value = self.optional(name);
        value.map(|value| self.as_text(name, value)).transpose()
    }

    fn as_text(&self, name: &str, value: &Value) -> Result<String, LabeledError> {
        match value {
            Value::String { val, .. } => Ok(val.clone()),
            other => Err(self.wrong(name, "text", other)),
        }
    }

    /// A datetime, or its RFC 3339 text.
    fn date(&self, name: &str) -> Result<Option<SystemTime>, LabeledError> {
        let Some(value) = self.optional(name) else {
            return Ok(None);
        };
        let date: Option<DateTime<FixedOffset>> = match value {
            Value::Date { val, .. } => Some(*val),
            Value::String { val, .. } => DateTime::parse_from_rfc3339(val).ok(),
            _ => None,
        };
        match date.and_then(|date| time(date.timestamp_millis())) {
            Some(time) => Ok(Some(time)),
            None => Err(self.wrong(name, "a datetime", value)),
        }
    }

    /// Milliseconds since 1970.
    fn milliseconds(&self, name: &str) -> Result<Option<SystemTime>, LabeledError> {
        let Some(value) = self.optional(name) else {
            return Ok(None);
        };
        let found = match value {
            Value::Int { val, .. } => time(*val),
            _ => None,
        };
        match found {
            Some(time) => Ok(Some(time)),
            None => Err(self.wrong(name, "a time in milliseconds since 1970", value)),
        }
    }

    fn wrong(&self, name: &str, expected: &str, found: &Value) -> LabeledError {
        let shown = match found {
            Value::String { val, .. } => format!("`{}`", val.chars().take(40).collect::<String>()),
            Value::Int { val, .. } => format!("`{val}`"),
            other => other.get_type().to_string(),
        };
        let message = format!("{expected} is expected, not {shown}");
        malformed(&message, &self.path(Some(name)), found.span())
    }
}

/// The time so many milliseconds after 1970; before it where they are negative.
fn time(milliseconds: i64) -> Option<SystemTime> {
    let distance = Duration::from_millis(milliseconds.unsigned_abs());
    match milliseconds < 0 {
        true => SystemTime::UNIX_EPOCH.checked_sub(distance),
        false => SystemTime::UNIX_EPOCH.checked_add(distance),
    }
}

/// The format that a schema names.
fn format_of(schema: &str, span: Span) -> Result<Format, LabeledError> {
    let known = [
        (FLOW, FLOW_VERSION, Format::Flow),
        (RUFLO, RUFLO_VERSION, Format::Ruflo),
    ];
    for (prefix, version, format) in known {
        match schema.strip_prefix(prefix) {
            Some(found) if found == version => return Ok(format),
            Some(_) => {
                return Err(
                    LabeledError::new(format!("an export of another version: `{schema}`"))
                        .with_code("flow::memory::version")
                        .with_help(format!(
                            "update flow, or export it again as `{prefix}{version}`"
                        ))
                        .with_label("this input", span),
                );
            }
            None => {}
        }
    }
    Err(malformed(
        &format!("unknown schema `{schema}`"),
        &Path::root().under(Segment::Field("schema".to_owned())),
        span,
    ))
}

fn malformed(message: &str, path: &Path, span: Span) -> LabeledError {
    LabeledError::new(format!("{message}{}", path.place()))
        .with_code("flow::memory::malformed")
        .with_help("hand over what `flow memory export`, `flow memory list`, claude-flow or ruflo wrote: `open memory.json | flow memory import`")
        .with_label("this input", span)
}
