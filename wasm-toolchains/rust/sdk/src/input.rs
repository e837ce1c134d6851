//! Reading a record, and saying where it does not fit.

use crate::error::Error;

/// Longest message taken over from serde, which quotes the offending value whole, and
/// longest path.
const LIMIT: usize = 400;

/// Reads one JSON value. The way to a misfit is looked up in the text only when
/// there is one, so a fitting record pays nothing for it.
pub fn read<'input, T: serde::Deserialize<'input>>(input: &'input str) -> Result<T, Error> {
    serde_json::from_str(input).map_err(|refusal| misfit(input, &refusal))
}

#[cold]
fn misfit(input: &str, refusal: &serde_json::Error) -> Error {
    let (line, column) = (refusal.line(), refusal.column());
    let message = refusal.to_string();
    let position = format!(" at line {line} column {column}");
    let message = message.strip_suffix(&position).unwrap_or(&message);
    let message = shorten(message);
    let path = offset(input, line, column).map(|offset| shorten(&path_at(input, offset)));
    match path {
        Some(path) if !path.is_empty() => {
            Error::new(format_args!("input does not fit at `{path}`: {message}"))
        }
        _ => Error::new(format_args!("input does not fit: {message}")),
    }
}

/// Cuts out the middle of what is too long.
fn shorten(message: &str) -> String {
    if message.len() <= LIMIT {
        return message.to_owned();
    }
    let half = LIMIT / 2;
    let split = |near: usize| {
        (0..=near)
            .rev()
            .find_map(|index| message.split_at_checked(index))
            .unwrap_or_default()
    };
    let (head, _) = split(half);
    let (_, tail) = split(message.len() - half);
    format!("{head}…{tail}")
}

/// Bytes that serde_json had read when it stopped: its column counts bytes from
/// the start of the line.
fn offset(input: &str, line: usize, column: usize) -> Option<usize> {
    let before = input
        .split_inclusive('\n')
        .take(line.checked_sub(1)?)
        .map(str::len)
        .sum::<usize>();
    Some((before + column).min(input.len()))
}

/// The way to the innermost value that ends at or spans `offset`: keys and
/// indices joined by dots, empty for the whole input.
///
/// serde_json stops behind a misfitting scalar, behind the closing brace of an
/// object that lacks a field, and before the bracket of a container that should
/// have been a scalar.
fn path_at(input: &str, offset: usize) -> String {
    let bytes = input.as_bytes();
    let mut steps = Vec::new();
    let mut position = 0;
    while let Some(byte) = bytes.get(position).copied() {
        let opens = byte == b'{' || byte == b'[';
        if position >= offset && !(opens && position == offset) {
            break;
        }
        match byte {
            b'{' => steps.push(Step::Key(None)),
            b'[' => steps.push(Step::Index(0)),
            b'}' | b']' if position + 1 < offset => drop(steps.pop()),
            b'}' | b']' => {
                steps.pop();
                break;
            }
            b',' => match steps.last_mut() {
                Some(Step::Index(index)) => *index += 1,
                Some(Step::Key(key)) => *key = None,
                None => {}
            },
            b'"' => {
                let end = string_end(bytes, position);
                if let Some(Step::Key(key)) = steps.last_mut()
                    && key.is_none()
                {
                    let text = input.get(position..end).unwrap_or_default();
                    *key = serde_json::from_str(text).ok();
                }
                position = end;
                continue;
            }
            _ => {}
        }
        position += 1;
        if opens && position > offset {
            steps.pop();
            break;
        }
    }
    join(&steps)
}

enum Step {
    /// None until the key has been read.
    Key(Option<String>),
    Index(usize),
}

/// Behind the string that begins with the quote at `start`.
pub fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut position = start + 1;
    loop {
        match bytes.get(position) {
            Some(b'\\') => position += 2,
            Some(b'"') => return position + 1,
            Some(_) => position += 1,
            None => return bytes.len(),
        }
    }
}

fn join(steps: &[Step]) -> String {
    let mut path = String::new();
    for step in steps {
        let step = match step {
            Step::Key(None) => continue,
            Step::Key(Some(key)) => key.clone(),
            Step::Index(index) => index.to_string(),
        };
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(&step);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only read from JSON")]
    struct Order<'a> {
        id: i64,
        customer: &'a str,
        items: Vec<Item>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only read from JSON")]
    struct Item {
        sku: String,
        price: f64,
    }

    fn misfit_of(input: &str) -> String {
        read::<Order>(input).unwrap_err().to_string()
    }

    #[test]
    fn a_fitting_record_is_read_and_may_borrow_from_the_input() {
        let input = r#"{"id":1,"customer":"Ada","items":[{"sku":"a","price":2}]}"#;
        assert_eq!(read::<Order>(input).unwrap().customer, "Ada");
    }

    #[test]
    fn a_misfit_names_the_path_and_what_was_expected() {
        let cases = [
            (
                r#"{"id":"x","customer":"Ada","items":[]}"#,
                "input does not fit at `id`: invalid type: string \"x\", expected i64",
            ),
            (
                r#"{"id":1,"customer":"Ada","items":[{"sku":"a","price":2},{"sku":"b","price":"much"}]}"#,
                "input does not fit at `items.1.price`: invalid type: string \"much\", expected f64",
            ),
            (
                r#"{"id":1,"customer":"Ada","items":[{"sku":"a","price":2},{"sku":"b"}]}"#,
                "input does not fit at `items.1`: missing field `price`",
            ),
            (
                r#"{"id":1,"customer":"Ada","items":[{"sku":"a","price":{"amount":2}}]}"#,
                "input does not fit at `items.0.price`: invalid type: map, expected f64",
            ),
            (
                r#"{"id":1,"customer":"Ada","items":[{"sku":[],"price":1}]}"#,
                "input does not fit at `items.0.sku`: invalid type: sequence, expected a string",
            ),
            (
                r#"{"id":1,"customer":"Ada","items":{}}"#,
                "input does not fit at `items`: invalid type: map, expected a sequence",
            ),
            (
                r#"{"id":1,"customer":null,"items":[]}"#,
                "input does not fit at `customer`: invalid type: null, expected a borrowed string",
            ),
            (
                r#"{"id":1.5,"customer":"Ada","items":[]}"#,
                "input does not fit at `id`: invalid type: floating point `1.5`, expected i64",
            ),
            (
                r#"{"id":9223372036854775808,"customer":"Ada","items":[]}"#,
                "input does not fit at `id`: invalid value: integer `9223372036854775808`, expected i64",
            ),
            (
                r#"{"id":1}"#,
                "input does not fit: missing field `customer`",
            ),
            (
                "7",
                "input does not fit: invalid type: integer `7`, expected struct Order",
            ),
            ("", "input does not fit: EOF while parsing a value"),
        ];
        for (input, expected) in cases {
            assert_eq!(misfit_of(input), expected, "for {input}");
        }
    }

    #[test]
    fn paths_hold_across_lines_escapes_and_brackets_in_strings() {
        let input = "{\n  \"id\": 1,\n  \"customer\": \"A\",\n  \"items\": [\n    {\"sku\": \"a]\\\"},{\", \"price\": 1},\n    {\"sku\": \"b\", \"price\": true}\n  ]\n}";
        assert_eq!(
            misfit_of(input),
            "input does not fit at `items.1.price`: invalid type: boolean `true`, expected f64"
        );
    }

    #[test]
    fn a_long_value_is_shortened_in_the_message() {
        let input = format!(r#"{{"id":"{}"}}"#, "é".repeat(5000));
        let message = misfit_of(&input);
        assert!(message.len() < 600, "{} bytes", message.len());
        assert!(message.ends_with("expected i64"), "{message}");
    }
}
