//! Component values to Nushell values.

use flow_contract::{Path, Tagging};
use flow_runtime::typed::{Type, Val, types};
use nu_protocol::{LabeledError, Record, ShellError, Span, Value};

use super::error::{WitError, in_field, in_item};
use super::render::render_type;
use super::support;
use super::support::is_option;
use crate::shell::json::encode;

/// The Nushell value that a component's value stands for, by the table of
/// this module, every part with `span`. The `err` of a result becomes an error
/// value with the code `flow::call::err` and the payload as its message.
///
/// # Errors
/// Where a u64 is above the range of int, or the type has no Nushell value.
pub fn from_wit(val: &Val, wit: &Type, span: Span) -> Result<Value, WitError> {
    if let Some(kind) = support::unsupported_kind(wit) {
        let path = Path::root();
        return Err(WitError::Unsupported { path, kind, span });
    }
    let value = match val {
        Val::Bool(val) => Value::bool(*val, span),
        Val::S8(val) => Value::int(i64::from(*val), span),
        Val::U8(val) => Value::int(i64::from(*val), span),
        Val::S16(val) => Value::int(i64::from(*val), span),
        Val::U16(val) => Value::int(i64::from(*val), span),
        Val::S32(val) => Value::int(i64::from(*val), span),
        Val::U32(val) => Value::int(i64::from(*val), span),
        Val::S64(val) => Value::int(*val, span),
        Val::U64(val) => Value::int(signed(*val, span)?, span),
        Val::Float32(val) => Value::float(f64::from(*val), span),
        Val::Float64(val) => Value::float(*val, span),
        Val::Char(val) => Value::string(*val, span),
        Val::String(val) => Value::string(val, span),
        Val::Enum(name) => Value::string(name, span),
        Val::Flags(names) => {
            let names = names.iter().map(|name| Value::string(name, span));
            Value::list(names.collect(), span)
        }
        compound => return from_compound(compound, wit, span),
    };
    Ok(value)
}

fn from_compound(val: &Val, wit: &Type, span: Span) -> Result<Value, WitError> {
    match (val, wit) {
        (Val::List(items), Type::List(list)) => from_items(items, &list.ty(), span),
        (Val::FixedLengthList(items), Type::FixedLengthList(list)) => {
            from_items(items, &list.ty(), span)
        }
        (Val::Tuple(items), Type::Tuple(tuple)) => {
            let items = items.iter().zip(tuple.types()).enumerate();
            let items = items
                .map(|(index, (item, wit))| from_wit(item, &wit, span).map_err(in_item(index)));
            Ok(Value::list(items.collect::<Result<_, _>>()?, span))
        }
        (Val::Record(fields), Type::Record(record)) => {
            let fields = fields.iter().zip(record.fields());
            let fields = fields.map(|((name, field), declared)| {
                let value = from_wit(field, &declared.ty, span).map_err(in_field(name))?;
                Ok((name.clone(), value))
            });
            Ok(Value::record(fields.collect::<Result<_, _>>()?, span))
        }
        (Val::Option(None), Type::Option(_)) => Ok(Value::nothing(span)),
        (Val::Option(Some(some)), Type::Option(option)) => {
            let inner = option.ty();
            let value = from_wit(some, &inner, span)?;
            Ok(if is_option(&inner) {
                single_field("some", value, span)
            } else {
                value
            })
        }
        (Val::Variant(name, payload), Type::Variant(variant)) => {
            from_variant(name, payload.as_deref(), variant, span)
        }
        (Val::Result(Ok(payload)), Type::Result(result)) => {
            from_payload(payload.as_deref(), result.ok(), span)
        }
        (Val::Result(Err(payload)), Type::Result(result)) => {
            let payload = from_payload(payload.as_deref(), result.err(), span)?;
            Ok(error_value(&payload, span))
        }
        (Val::Map(entries), Type::Map(map)) => from_map(entries, map, span),
        _ => Err(WitError::Mismatch {
            path: Path::root(),
            expected: render_type(wit),
            span,
        }),
    }
}

fn signed(number: u64, span: Span) -> Result<i64, WitError> {
    i64::try_from(number).map_err(|_| WitError::OutOfRange {
        path: Path::root(),
        expected: "int",
        found: number.to_string(),
        span,
    })
}

fn single_field(name: &str, value: Value, span: Span) -> Value {
    let mut record = Record::with_capacity(1);
    record.push(name, value);
    Value::record(record, span)
}

/// A list, or binary where the items are bytes.
fn from_items(items: &[Val], item: &Type, span: Span) -> Result<Value, WitError> {
    if matches!(item, Type::U8) {
        let bytes = items.iter().filter_map(|item| match item {
            Val::U8(byte) => Some(*byte),
            _ => None,
        });
        return Ok(Value::binary(bytes.collect::<Vec<u8>>(), span));
    }
    let items = items
        .iter()
        .enumerate()
        .map(|(index, val)| from_wit(val, item, span).map_err(in_item(index)));
    Ok(Value::list(items.collect::<Result<_, _>>()?, span))
}

fn from_payload(payload: Option<&Val>, wit: Option<Type>, span: Span) -> Result<Value, WitError> {
    match (payload, wit) {
        (Some(payload), Some(wit)) => from_wit(payload, &wit, span),
        _ => Ok(Value::nothing(span)),
    }
}

fn from_variant(
    name: &str,
    payload: Option<&Val>,
    variant: &types::Variant,
    span: Span,
) -> Result<Value, WitError> {
    if payload.is_none() {
        return Ok(Value::string(name, span));
    }
    let case = variant.cases().find(|case| case.name == name);
    let wit = case.and_then(|case| case.ty);
    let value = from_payload(payload, wit, span).map_err(in_field(name))?;
    Ok(single_field(name, value, span))
}

fn from_map(entries: &[(Val, Val)], map: &types::Map, span: Span) -> Result<Value, WitError> {
    let (key_type, value_type) = (map.key(), map.value());
    if matches!(key_type, Type::String) {
        let mut record = Record::with_capacity(entries.len());
        for (key, val) in entries {
            if let Val::String(name) = key {
                let value = from_wit(val, &value_type, span).map_err(in_field(name))?;
                record.insert(name, value);
            }
        }
        return Ok(Value::record(record, span));
    }
    let rows = entries.iter().enumerate().map(|(index, (key, val))| {
        let mut row = Record::with_capacity(2);
        row.push(
            "key",
            from_wit(key, &key_type, span).map_err(in_item(index))?,
        );
        row.push(
            "value",
            from_wit(val, &value_type, span).map_err(in_item(index))?,
        );
        Ok(Value::record(row, span))
    });
    Ok(Value::list(rows.collect::<Result<_, _>>()?, span))
}

/// The `err` of a result as an error value; a payload that is not text is
/// shown as JSON.
fn error_value(payload: &Value, span: Span) -> Value {
    let told = match payload {
        Value::Nothing { .. } => None,
        Value::String { val, .. } => Some(val.clone()),
        other => {
            let mut json = Vec::new();
            match encode(other, Tagging::Plain, &mut json) {
                Ok(()) => Some(String::from_utf8_lossy(&json).into_owned()),
                Err(error) => Some(error.to_string()),
            }
        }
    };
    let message = match told {
        Some(told) => format!("the component answered with an error: {told}"),
        None => "the component answered with an error".to_owned(),
    };
    let error = LabeledError::new(message)
        .with_code("flow::call::err")
        .with_label("the `err` of its result", span);
    Value::error(ShellError::LabeledError(Box::new(error)), span)
}
