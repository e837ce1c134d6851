//! Completions of namespaces and keys, from what the memory holds now.

use flow_store::Store;
use nu_plugin::EngineInterface;
use nu_protocol::{DynamicSuggestion, Span};

use super::location;
use crate::completion::{Completion, described, words};

/// The most keys that are offered.
const MOST: usize = 1_000;

/// The namespaces at the position of a namespace and, where keys follow it, the keys of that one.
/// None where the memory cannot be read: a completion has nowhere to say why.
pub(super) fn suggestions(
    completion: &Completion<'_>,
    namespace: usize,
    keys: bool,
) -> Option<Vec<DynamicSuggestion>> {
    let position = completion.position()?;
    let call = completion.call;
    let global = call.named_iter().any(|(name, _, _)| name.item == "global");
    let location = location::location(completion.engine, global, Span::unknown()).ok()?;
    let store = Store::at(&location.path);
    if position == namespace {
        return namespaces(&store);
    }
    if !keys || position < namespace {
        return None;
    }
    let within = call.positional_iter().nth(namespace)?;
    let within = within.as_string()?;
    let page = store.session().list_keys(&within, "", None, MOST).ok()?;
    Some(words(page.keys))
}

/// The namespaces that an agent could be granted here.
pub(crate) fn of_project(engine: &EngineInterface) -> Option<Vec<DynamicSuggestion>> {
    let location = location::location(engine, false, Span::unknown()).ok()?;
    namespaces(&Store::at(&location.path))
}

/// Every namespace.
pub(super) fn namespaces(store: &Store) -> Option<Vec<DynamicSuggestion>> {
    let all = store.namespaces().ok()?.into_iter();
    Some(described(all.map(|namespace| {
        let keys = format!("{} keys", namespace.keys);
        (namespace.name, Some(keys))
    })))
}
