//! Nushell values to component values.

use flow_contract::{Path, Segment, nearest};
use flow_runtime::typed::{Type, Val, types};
use nu_protocol::{Record, Span, Value};

use super::error::{WitError, in_field, in_item};
use super::render::{render_function, render_type};
use super::support;
use super::support::is_option;

/// The arguments of a call, each by its parameter.
///
/// # Errors
/// Where their number is not that of the parameters (with `call` as the span),
/// or one does not fit; the path begins with the parameter's name.
pub fn arguments(
    values: &[Value],
    parameters: &[(&str, Type)],
    results: &[Type],
    call: Span,
) -> Result<Vec<Val>, WitError> {
    if values.len() != parameters.len() {
        return Err(WitError::Arguments {
            expected: parameters.len(),
            found: values.len(),
            signature: render_function(parameters.iter().cloned(), results.iter().cloned()),
            span: call,
        });
    }
    let pairs = values.iter().zip(parameters);
    pairs
        .map(|(value, (name, wit))| to_wit(value, wit).map_err(in_field(name)))
        .collect()
}

/// The component value that `value` stands for, by the table of this module.
///
/// # Errors
/// Where the value does not fit the type, with the place and its span.
pub fn to_wit(value: &Value, wit: &Type) -> Result<Val, WitError> {
    if let Some(kind) = support::unsupported_kind(wit) {
        return Err(WitError::Unsupported {
            path: Path::root(),
            kind,
            span: value.span(),
        });
    }
    if let Value::Custom { val, .. } = value {
        let base = val.to_base_value(value.span());
        return to_wit(&base.map_err(|_| wrong_type(value, wit))?, wit);
    }
    match wit {
        Type::Bool => match value {
            Value::Bool { val, .. } => Ok(Val::Bool(*val)),
            _ => Err(wrong_type(value, wit)),
        },
        Type::S8 => integer(value, wit, "s8").map(Val::S8),
        Type::U8 => integer(value, wit, "u8").map(Val::U8),
        Type::S16 => integer(value, wit, "s16").map(Val::S16),
        Type::U16 => integer(value, wit, "u16").map(Val::U16),
        Type::S32 => integer(value, wit, "s32").map(Val::S32),
        Type::U32 => integer(value, wit, "u32").map(Val::U32),
        Type::S64 => integer(value, wit, "s64").map(Val::S64),
        Type::U64 => integer(value, wit, "u64").map(Val::U64),
        Type::Float32 => float32(value, wit).map(Val::Float32),
        Type::Float64 => float64(value, wit).map(Val::Float64),
        Type::Char => character(value, wit).map(Val::Char),
        Type::String => text(value, wit).map(Val::String),
        Type::Option(option) => to_option(value, &option.ty()),
        Type::Result(result) => to_result(value, wit, result),
        _ => to_compound(value, wit),
    }
}

fn to_compound(value: &Value, wit: &Type) -> Result<Val, WitError> {
    match (wit, value) {
        (Type::List(list), _) => to_items(value, wit, &list.ty()).map(Val::List),
        (Type::FixedLengthList(list), _) => {
            let items = to_items(value, wit, &list.ty())?;
            require_length(list.len() as usize, items.len(), value.span())?;
            Ok(Val::FixedLengthList(items))
        }
        (Type::Tuple(tuple), Value::List { vals, .. }) => {
            require_length(tuple.types().len(), vals.len(), value.span())?;
            let items = vals.iter().zip(tuple.types()).enumerate();
            let items =
                items.map(|(index, (item, wit))| to_wit(item, &wit).map_err(in_item(index)));
            Ok(Val::Tuple(items.collect::<Result<_, _>>()?))
        }
        (Type::Record(fields), Value::Record { val, .. }) => {
            to_record(val, fields, value.span()).map(Val::Record)
        }
        (Type::Variant(variant), _) => to_variant(value, wit, variant),
        (Type::Enum(names), Value::String { val, .. }) => {
            let known: Vec<String> = names.names().map(str::to_owned).collect();
            let found = known.iter().any(|name| name == val);
            let unknown = || WitError::unknown("case", val, &known, value.span());
            found.then(|| Val::Enum(val.clone())).ok_or_else(unknown)
        }
        (Type::Flags(flags), _) => to_flags(value, wit, flags),
        (Type::Map(map), _) => to_map(value, wit, map),
        _ => Err(wrong_type(value, wit)),
    }
}

fn wrong_type(value: &Value, wit: &Type) -> WitError {
    WitError::WrongType {
        path: Path::root(),
        expected: render_type(wit),
        found: value.get_type_shallow().get_non_specified_string(),
        span: value.span(),
    }
}

fn require_length(expected: usize, found: usize, span: Span) -> Result<(), WitError> {
    if expected == found {
        return Ok(());
    }
    let path = Path::root();
    Err(WitError::WrongLength {
        path,
        expected,
        found,
        span,
    })
}

fn out_of_range(value: &Value, expected: &'static str, found: String) -> WitError {
    WitError::OutOfRange {
        path: Path::root(),
        expected,
        found,
        span: value.span(),
    }
}

fn integer<N: TryFrom<i64>>(
    value: &Value,
    wit: &Type,
    expected: &'static str,
) -> Result<N, WitError> {
    let number = match value {
        Value::Int { val, .. } | Value::Duration { val, .. } => *val,
        Value::Filesize { val, .. } => val.get(),
        _ => return Err(wrong_type(value, wit)),
    };
    N::try_from(number).map_err(|_| out_of_range(value, expected, number.to_string()))
}

fn float64(value: &Value, wit: &Type) -> Result<f64, WitError> {
    match value {
        Value::Float { val, .. } => Ok(*val),
        Value::Int { val, .. } => Ok(*val as f64),
        _ => Err(wrong_type(value, wit)),
    }
}

/// Rounds to the nearest `f32`; what would become infinite is refused.
fn float32(value: &Value, wit: &Type) -> Result<f32, WitError> {
    let wide = float64(value, wit)?;
    let narrow = wide as f32;
    if narrow.is_infinite() && wide.is_finite() {
        return Err(out_of_range(value, "f32", format!("{wide:?}")));
    }
    Ok(narrow)
}

fn text(value: &Value, wit: &Type) -> Result<String, WitError> {
    match value {
        Value::String { val, .. } | Value::Glob { val, .. } => Ok(val.clone()),
        Value::Date { val, .. } => Ok(val.to_rfc3339()),
        _ => Err(wrong_type(value, wit)),
    }
}

fn character(value: &Value, wit: &Type) -> Result<char, WitError> {
    let Value::String { val, .. } = value else {
        return Err(wrong_type(value, wit));
    };
    let mut characters = val.chars();
    match (characters.next(), characters.next()) {
        (Some(only), None) => Ok(only),
        _ => Err(WitError::WrongLength {
            path: Path::root(),
            expected: 1,
            found: val.chars().count(),
            span: value.span(),
        }),
    }
}

fn to_items(value: &Value, wit: &Type, item: &Type) -> Result<Vec<Val>, WitError> {
    match value {
        Value::Binary { val, .. } if matches!(item, Type::U8) => {
            Ok(val.iter().map(|byte| Val::U8(*byte)).collect())
        }
        Value::List { vals, .. } => {
            let items = vals.iter().enumerate();
            items
                .map(|(index, value)| to_wit(value, item).map_err(in_item(index)))
                .collect()
        }
        _ => Err(wrong_type(value, wit)),
    }
}

fn to_record(
    record: &Record,
    fields: &types::Record,
    span: Span,
) -> Result<Vec<(String, Val)>, WitError> {
    let fields = fields.fields().map(|field| {
        let found = record
            .get(field.name)
            .or_else(|| record.get(field.name.replace('-', "_")));
        let converted = match (found, &field.ty) {
            (Some(value), wit) => to_wit(value, wit).map_err(in_field(field.name))?,
            (None, Type::Option(_)) => Val::Option(None),
            (None, wit) => return Err(missing_field(record, field.name, wit, span)),
        };
        Ok((field.name.to_owned(), converted))
    });
    fields.collect()
}

fn missing_field(record: &Record, name: &str, wit: &Type, span: Span) -> WitError {
    let near = nearest(record.columns().map(String::as_str), name);
    WitError::MissingField {
        path: Path::root(),
        name: name.to_owned(),
        expected: render_type(wit),
        span,
        help: near.map(|near| format!("rename the field `{near}`")),
    }
}

/// The only field of a record, if it has but one.
fn only_field(value: &Value) -> Option<(&String, &Value)> {
    match value {
        Value::Record { val, .. } if val.len() == 1 => val.get_index(0),
        _ => None,
    }
}

fn to_option(value: &Value, inner: &Type) -> Result<Val, WitError> {
    if matches!(value, Value::Nothing { .. }) {
        return Ok(Val::Option(None));
    }
    let some = match only_field(value) {
        Some((name, some)) if is_option(inner) && name == "some" => some,
        _ => value,
    };
    Ok(Val::Option(Some(Box::new(to_wit(some, inner)?))))
}

fn to_result(value: &Value, wit: &Type, result: &types::ResultType) -> Result<Val, WitError> {
    let (name, payload) = match (value, only_field(value)) {
        (Value::Error { error, .. }, _) => {
            let message = Value::string(error.to_string(), value.span());
            let payload = match result.err() {
                Some(err) => {
                    to_payload(&message, Some(err), wit).map_err(|_| wrong_type(value, wit))?
                }
                None => None,
            };
            return Ok(Val::Result(Err(payload)));
        }
        (_, Some((name, payload))) if name == "ok" || name == "err" => (name.as_str(), payload),
        _ => return Ok(Val::Result(Ok(to_payload(value, result.ok(), wit)?))),
    };
    let converted = if name == "ok" {
        to_payload(payload, result.ok(), wit).map(Ok)
    } else {
        to_payload(payload, result.err(), wit).map(Err)
    };
    converted.map(Val::Result).map_err(in_field(name))
}

/// What a case carries; a case without a payload takes nothing.
fn to_payload(
    value: &Value,
    payload: Option<Type>,
    whole: &Type,
) -> Result<Option<Box<Val>>, WitError> {
    match payload {
        Some(wit) => Ok(Some(Box::new(to_wit(value, &wit)?))),
        None if matches!(value, Value::Nothing { .. }) => Ok(None),
        None => Err(wrong_type(value, whole)),
    }
}

fn to_variant(value: &Value, wit: &Type, variant: &types::Variant) -> Result<Val, WitError> {
    let nothing = Value::nothing(value.span());
    let (name, payload) = match (value, only_field(value)) {
        (Value::String { val, .. }, _) => (val, &nothing),
        (_, Some((name, payload))) => (name, payload),
        _ => return Err(wrong_type(value, wit)),
    };
    let Some(case) = variant.cases().find(|case| case.name == name) else {
        let known: Vec<String> = variant.cases().map(|case| case.name.to_owned()).collect();
        return Err(WitError::unknown("case", name, &known, value.span()));
    };
    let payload = to_payload(payload, case.ty, wit).map_err(in_field(name))?;
    Ok(Val::Variant(name.clone(), payload))
}

fn to_flags(value: &Value, wit: &Type, flags: &types::Flags) -> Result<Val, WitError> {
    let known: Vec<String> = flags.names().map(str::to_owned).collect();
    let mut raised = Vec::new();
    match value {
        Value::List { vals, .. } => {
            for (index, flag) in vals.iter().enumerate() {
                let Value::String { val, .. } = flag else {
                    return Err(wrong_type(flag, wit).under(Segment::Index(index)));
                };
                raised.push((val, flag.span()));
            }
        }
        Value::Record { val, .. } => {
            for (name, flag) in val.iter() {
                match flag {
                    Value::Bool { val: true, .. } => raised.push((name, flag.span())),
                    Value::Bool { .. } if known.contains(name) => {}
                    Value::Bool { .. } => {
                        return Err(WitError::unknown("flag", name, &known, flag.span()));
                    }
                    _ => return Err(in_field(name)(wrong_type(flag, &Type::Bool))),
                }
            }
        }
        _ => return Err(wrong_type(value, wit)),
    }
    for (name, span) in &raised {
        if !known.contains(name) {
            return Err(WitError::unknown("flag", name, &known, *span));
        }
    }
    let raised = raised.into_iter().map(|(name, _)| name.clone());
    Ok(Val::Flags(raised.collect()))
}

fn to_map(value: &Value, wit: &Type, map: &types::Map) -> Result<Val, WitError> {
    let entries: Result<Vec<(Val, Val)>, WitError> = match value {
        Value::Record { val, .. } if matches!(map.key(), Type::String) => val
            .iter()
            .map(|(name, value)| {
                let converted = to_wit(value, &map.value()).map_err(in_field(name))?;
                Ok((Val::String(name.clone()), converted))
            })
            .collect(),
        Value::List { vals, .. } => vals
            .iter()
            .enumerate()
            .map(|(index, entry)| to_entry(entry, wit, map).map_err(in_item(index)))
            .collect(),
        _ => Err(wrong_type(value, wit)),
    };
    entries.map(Val::Map)
}

fn to_entry(entry: &Value, wit: &Type, map: &types::Map) -> Result<(Val, Val), WitError> {
    let Value::Record { val, .. } = entry else {
        return Err(wrong_type(entry, wit));
    };
    let side = |name: &str, wit: Type| match val.get(name) {
        Some(value) => to_wit(value, &wit).map_err(in_field(name)),
        None => Err(missing_field(val, name, &wit, entry.span())),
    };
    Ok((side("key", map.key())?, side("value", map.value())?))
}
