//! Arguments that are one of a few words.

use nu_protocol::{LabeledError, Span};

use flow_contract::nearest;

/// The error about a word that is none of `known`: `unknown provider: ...`,
/// with the near miss.
pub(crate) fn unknown(
    what: &str,
    code: &str,
    word: &str,
    known: &[&str],
    span: Span,
) -> LabeledError {
    let help = match nearest(known.iter().copied(), word) {
        Some(near) => format!("write `{near}`"),
        None => {
            let known: Vec<_> = known.iter().map(|word| format!("`{word}`")).collect();
            format!("use one of: {}", known.join(", "))
        }
    };
    LabeledError::new(format!("unknown {what}: `{word}`"))
        .with_code(code)
        .with_help(help)
        .with_label(format!("this {what}"), span)
}
