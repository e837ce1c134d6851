//! The conversions of single values.

use chrono::DateTime;

use super::expected::Expected;
use super::misfit::Misfit;
use crate::path::Segment;
use crate::signature::kind::Type;
use crate::tags::{Tag, bytes_of_base64};
use crate::values::{Values, View};

/// How many characters of a bad text are shown.
const SHOWN: usize = 40;

/// The native value of what stood under a tag.
pub(crate) fn of_tag<V: Values>(
    values: &V,
    tag: Tag,
    payload: V::Value,
) -> Result<V::Value, Misfit> {
    fit_single(values, payload, Expected::Type(tag.asked_by()))
}

/// Fits a value that is neither a record nor a list where those are asked.
pub(super) fn fit_single<V: Values>(
    values: &V,
    value: V::Value,
    expected: Expected<'_>,
) -> Result<V::Value, Misfit> {
    let Expected::Type(wanted) = expected else {
        return pass_if_held::<V>(value, expected);
    };
    match (wanted, V::view(&value)) {
        (Type::Float, View::Int(int)) => Ok(values.float(int as f64)),
        (Type::Duration, View::Int(int)) => Ok(values.duration(int)),
        (Type::Filesize, View::Int(int)) => Ok(values.filesize(int)),
        (Type::Binary, View::List(items)) => binary_of_list(values, items),
        (_, View::String(text)) => match of_text(values, text, wanted) {
            Some(Ok(converted)) => Ok(converted),
            Some(Err(reason)) => {
                let shown: String = text.chars().take(SHOWN).collect();
                let reason = format!("`{shown}` is not {reason}");
                Err(Misfit::invalid(expected, &reason))
            }
            None => pass_if_held::<V>(value, expected),
        },
        _ => pass_if_held::<V>(value, expected),
    }
}

fn pass_if_held<V: Values>(value: V::Value, expected: Expected<'_>) -> Result<V::Value, Misfit> {
    let view = V::view(&value);
    if expected.holds(&view) {
        Ok(value)
    } else {
        Err(Misfit::wrong_type(expected, &view))
    }
}

/// What text stands for where `wanted` is asked, or what it is not; none where
/// text stays text.
fn of_text<V: Values>(values: &V, text: &str, wanted: &Type) -> Option<Result<V::Value, String>> {
    let converted = match wanted {
        Type::Date => DateTime::parse_from_rfc3339(text)
            .map(|date| values.date(date))
            .map_err(|error| format!("RFC 3339 text: {error}")),
        Type::Binary => bytes_of_base64(text)
            .map(|bytes| values.binary(bytes))
            .map_err(|error| format!("base64 text: {error}")),
        Type::Range => values
            .range(text)
            .ok_or_else(|| "a range such as `1..3`".to_owned()),
        Type::CellPath => values
            .cell_path(text)
            .ok_or_else(|| "a cell path such as `$.a.0`".to_owned()),
        Type::Glob => Ok(values.glob(text)),
        _ => return None,
    };
    Some(converted)
}

fn binary_of_list<V: Values>(values: &V, items: &[V::Value]) -> Result<V::Value, Misfit> {
    let bytes = items.iter().enumerate().map(|(index, item)| {
        let byte = match V::view(item) {
            View::Int(int) => u8::try_from(int).ok(),
            _ => None,
        };
        byte.ok_or_else(|| {
            let expected = Expected::Type(&Type::Binary);
            Misfit::invalid(expected, &"not a byte from 0 to 255").under(Segment::Index(index))
        })
    });
    Ok(values.binary(bytes.collect::<Result<Vec<u8>, _>>()?))
}
