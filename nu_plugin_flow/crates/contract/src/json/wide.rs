//! Finds integers beyond i64 in JSON text. The parser hands them over as
//! floats, which are beyond suspicion where they were written with a fraction
//! or an exponent; only the text tells the two apart. Runs only for texts with
//! a number of at least 2^63, so it may read each level anew.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::fit::expected::Expected;
use crate::path::{MAXIMUM_DEPTH, Path, Segment};
use crate::tags::EMIT;

/// Where the first integer outside i64 stands, floats that `expected` asks
/// for aside.
pub(super) fn first_wide_integer(
    text: &str,
    expected: Expected<'_>,
    answers: bool,
) -> Option<Path> {
    let whole: &RawValue = serde_json::from_str(text).ok()?;
    find(whole, expected, answers, 0)
}

fn find(raw: &RawValue, expected: Expected<'_>, answers: bool, depth: usize) -> Option<Path> {
    let text = raw.get().trim_ascii();
    if depth > MAXIMUM_DEPTH {
        return None;
    }
    match text.bytes().next()? {
        b'[' => {
            let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
            items.into_iter().enumerate().find_map(|(index, item)| {
                let path = find(item, expected.item(), false, depth + 1)?;
                Some(path.under(Segment::Index(index)))
            })
        }
        b'{' => find_in_record(text, expected, answers, depth),
        b'-' | b'0'..=b'9' => is_wide(text, expected).then(Path::root),
        _ => None,
    }
}

fn find_in_record(text: &str, expected: Expected<'_>, answers: bool, depth: usize) -> Option<Path> {
    let fields: BTreeMap<String, &RawValue> = serde_json::from_str(text).ok()?;
    fields.into_iter().find_map(|(name, value)| {
        let column = if answers && name == EMIT {
            find(value, Expected::ListOf(&expected), false, depth + 1)
        } else {
            find(value, expected.column(&name, 0), false, depth + 1)
        };
        column.map(|path| path.under(Segment::Field(name)))
    })
}

fn is_wide(number: &str, expected: Expected<'_>) -> bool {
    let integer = !number.contains(['.', 'e', 'E']);
    integer && !expected.is_float() && number.parse::<i64>().is_err()
}
