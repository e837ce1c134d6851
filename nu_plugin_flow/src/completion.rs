//! Completions: what Nushell offers while the user writes an argument.

use std::path::PathBuf;

use nu_plugin::EngineInterface;
use nu_protocol::DynamicSuggestion;
use nu_protocol::ast::Call;
use nu_protocol::engine::ArgType;

use crate::plugin::FlowPlugin;

/// A question for completions of one argument.
pub(crate) struct Completion<'a> {
    pub(crate) plugin: &'a FlowPlugin,
    pub(crate) engine: &'a EngineInterface,
    /// The call as far as it is written.
    pub(crate) call: &'a Call,
    /// What is being written.
    pub(crate) argument: &'a ArgType<'a>,
}

impl Completion<'_> {
    /// The position of the argument; none where it is the value of a flag.
    pub(crate) fn position(&self) -> Option<usize> {
        match self.argument {
            ArgType::Positional(position) => Some(*position),
            ArgType::Flag(_) => None,
        }
    }

    /// The current directory; none where Nushell has none.
    pub(crate) fn directory(&self) -> Option<PathBuf> {
        self.engine.get_current_dir().ok().map(PathBuf::from)
    }
}

/// Words as suggestions.
pub(crate) fn words<W: Into<String>>(words: impl IntoIterator<Item = W>) -> Vec<DynamicSuggestion> {
    described(words.into_iter().map(|word| (word, None)))
}

/// Words with their descriptions as suggestions.
pub(crate) fn described<W: Into<String>>(
    words: impl IntoIterator<Item = (W, Option<String>)>,
) -> Vec<DynamicSuggestion> {
    let suggestion = |(word, description): (W, _)| DynamicSuggestion {
        value: word.into(),
        description,
        ..DynamicSuggestion::default()
    };
    words.into_iter().map(suggestion).collect()
}
