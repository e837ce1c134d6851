//! Strings, from JavaScript and as JSON.

use rquickjs::{Error, Function, Object, Result};

/// The text of a string; lone surrogates are replaced.
pub(crate) fn lossy(text: &rquickjs::String<'_>) -> Result<String> {
    match text.to_string() {
        Err(Error::Utf8(_)) => {
            let whole: Object<'_> = text.ctx().globals().get("String")?;
            let whole: Object<'_> = whole.get("prototype")?;
            let whole: Function<'_> = whole.get("toWellFormed")?;
            whole.call((rquickjs::function::This(text.clone()),))
        }
        other => other,
    }
}

/// Writes `text` as a JSON string.
pub(crate) fn string(output: &mut String, text: &str) {
    output.push('"');
    let mut start = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        output.push_str(text.get(start..at).unwrap_or_default());
        start = at + 1;
        match byte {
            b'"' => output.push_str("\\\""),
            b'\\' => output.push_str("\\\\"),
            b'\n' => output.push_str("\\n"),
            b'\r' => output.push_str("\\r"),
            b'\t' => output.push_str("\\t"),
            _ => output.push_str(&format!("\\u{byte:04x}")),
        }
    }
    output.push_str(text.get(start..).unwrap_or_default());
    output.push('"');
}

pub(crate) fn is_identifier(key: &str) -> bool {
    !key.is_empty()
        && !key.starts_with(|it: char| it.is_ascii_digit())
        && key
            .chars()
            .all(|it| it.is_alphanumeric() || it == '_' || it == '$')
}
