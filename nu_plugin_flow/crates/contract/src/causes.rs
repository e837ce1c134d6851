//! An error together with what caused it, as one text.

use std::error::Error;

use miette::Diagnostic;

/// How long a chain of causes is followed.
const MAXIMUM_CAUSES: usize = 16;

/// The message of `error` and those of its causes, one after the other, without what a message
/// already repeats of its cause.
pub fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    for _ in 0..MAXIMUM_CAUSES {
        let Some(current) = cause else { break };
        let message = current.to_string();
        if !text.contains(&message) {
            text.push_str(": ");
            text.push_str(&message);
        }
        cause = current.source();
    }
    text
}

/// The message of `error` with those of its causes, and a line for each place in a text of its
/// own that it points at, such as a manifest.
pub fn message(error: &dyn Diagnostic) -> String {
    let mut message = with_causes(error);
    for place in places(error) {
        message.push_str("\n  ");
        message.push_str(&place);
    }
    message
}

/// The labels of an error that points into a text of its own, or whose cause
/// does: `agent.toml:3:5: unknown key`.
fn places(error: &dyn Diagnostic) -> Vec<String> {
    let Some(source) = error.source_code() else {
        return error.diagnostic_source().map(places).unwrap_or_default();
    };
    let labels = error.labels().into_iter().flatten();
    let places = labels.filter_map(|label| {
        let contents = source.read_span(label.inner(), 0, 0).ok()?;
        let (line, column) = (contents.line() + 1, contents.column() + 1);
        let place = match contents.name() {
            Some(name) => format!("{name}:{line}:{column}"),
            None => format!("line {line}, column {column}"),
        };
        let text = String::from_utf8_lossy(contents.data());
        let told = label.label().unwrap_or("here");
        Some(format!("{place}: {told}: `{}`", text.trim()))
    });
    places.collect()
}

#[cfg(test)]
mod tests {
    use thiserror::Error;

    use super::*;

    #[derive(Debug, Error)]
    #[error("{text}")]
    struct Link {
        text: &'static str,
        source: Option<Box<Link>>,
    }

    fn chain(texts: &[&'static str]) -> Link {
        let (text, rest) = texts.split_first().expect("a text");
        let source = (!rest.is_empty()).then(|| Box::new(chain(rest)));
        Link { text, source }
    }

    #[test]
    fn a_cause_is_appended_unless_it_is_repeated_already() {
        let error = chain(&["cannot build", "cannot write: disk full", "disk full"]);
        assert_eq!(with_causes(&error), "cannot build: cannot write: disk full");
    }

    #[test]
    fn an_endless_chain_ends() {
        let texts: Vec<&'static str> = (0..40).map(|n| &*format!("<{n}>").leak()).collect();
        let text = with_causes(&chain(&texts));
        assert_eq!(text.matches('<').count(), MAXIMUM_CAUSES + 1);
    }
}
