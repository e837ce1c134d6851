//! Errors of the crates, as Nushell shows them: with the span of what the user
//! wrote.

use flow_contract::message;
use miette::Diagnostic;
use nu_protocol::{LabeledError, ShellError, Span, Value};

/// The error as Nushell shows it, pointing at `span` with `label`. Causes are
/// told after it; places in other texts than the user's command, such as a
/// manifest, are told as `file:line:column`.
pub fn labeled(error: &dyn Diagnostic, label: impl Into<String>, span: Span) -> LabeledError {
    let mut labeled = bare(error).with_label(label, span);
    for related in error.related().into_iter().flatten() {
        labeled = labeled.with_inner(bare(related));
    }
    labeled
}

/// A failed record as an error value, for its place in the stream.
pub fn error_value(error: &dyn Diagnostic, label: impl Into<String>, span: Span) -> Value {
    Value::error(shell_error(error, label, span), span)
}

/// As [`labeled`], for what asks for a [`ShellError`].
pub fn shell_error(error: &dyn Diagnostic, label: impl Into<String>, span: Span) -> ShellError {
    ShellError::LabeledError(Box::new(labeled(error, label, span)))
}

/// Message, code, link and help, without a span.
fn bare(error: &dyn Diagnostic) -> LabeledError {
    let mut bare = LabeledError::new(message(error));
    bare.code = error.code().map(|code| code.to_string());
    bare.url = error.url().map(|url| url.to_string());
    bare.help = help(error);
    bare
}

/// The help of the error, or of the first cause among diagnostics that has one.
fn help(error: &dyn Diagnostic) -> Option<String> {
    let own = error.help().map(|help| help.to_string());
    own.or_else(|| error.diagnostic_source().and_then(help))
}

#[cfg(test)]
mod tests {
    use flow_contract::parse_type;
    use miette::{NamedSource, SourceSpan};
    use thiserror::Error;

    use super::*;

    #[derive(Debug, Error, Diagnostic)]
    #[error("cannot build `score`")]
    #[diagnostic(code(flow::build::failed), help("run `flow doctor`"))]
    struct Outer(#[source] Middle);

    #[derive(Debug, Error)]
    #[error("cannot write: {0}")]
    struct Middle(#[source] std::io::Error);

    #[derive(Debug, Error, Diagnostic)]
    #[error("bad manifest")]
    #[diagnostic(code(flow::manifest::key))]
    struct Manifest {
        #[source_code]
        text: NamedSource<String>,
        #[label("unknown key")]
        at: SourceSpan,
    }

    fn full_disk() -> Outer {
        Outer(Middle(std::io::Error::other("disk full")))
    }

    #[test]
    fn causes_are_told_once_and_in_order() {
        let shown = labeled(&full_disk(), "this agent", Span::new(3, 8));
        assert_eq!(shown.msg, "cannot build `score`: cannot write: disk full");
        assert_eq!(shown.code.as_deref(), Some("flow::build::failed"));
        assert_eq!(shown.help.as_deref(), Some("run `flow doctor`"));
    }

    #[test]
    fn the_label_points_at_the_users_span() {
        let shown = labeled(&full_disk(), "this agent", Span::new(3, 8));
        let labels: Vec<_> = shown
            .labels
            .iter()
            .map(|label| (label.text.as_str(), label.span))
            .collect();
        assert_eq!(labels, [("this agent", Span::new(3, 8))]);
    }

    #[test]
    fn places_in_a_manifest_are_told_and_not_taken_for_spans() {
        let error = Manifest {
            text: NamedSource::new("agent.toml", "[agent]\nnmae = 1\n".into()),
            at: (8, 4).into(),
        };
        let shown = labeled(&error, "this agent", Span::new(3, 8));
        assert_eq!(
            shown.msg,
            "bad manifest\n  agent.toml:2:1: unknown key: `nmae`"
        );
        assert_eq!(shown.labels.len(), 1);
    }

    #[test]
    fn a_bad_type_says_where() {
        let error = parse_type("record<id: itn>").unwrap_err();
        let shown = labeled(&error, "this signature", Span::new(0, 1));
        assert_eq!(
            shown.msg,
            "unknown type `itn` at offset 11: `record<id: itn>`"
        );
        assert_eq!(shown.help.as_deref(), Some("did you mean `int`?"));
    }

    #[test]
    fn a_failed_record_is_an_error_value() {
        let value = error_value(&full_disk(), "from this record", Span::new(3, 8));
        let Value::Error { error, .. } = &value else {
            panic!("not an error value: {value:?}");
        };
        assert!(error.to_string().contains("cannot build `score`"));
        assert_eq!(value.span(), Span::new(3, 8));
    }
}
