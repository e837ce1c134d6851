//! What a record has written and not yet committed, in layers.

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::error::StoreError;
use crate::limits::LIMITS;

/// What a change takes beside its texts, roughly: a record of very many tiny ones is bounded too.
const PLACE: usize = 128;

/// What becomes of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// It holds a value.
    Set {
        value: String,
        /// Milliseconds since 1970.
        expires: Option<i64>,
        /// It was deleted, or expired, earlier in the record: it is created anew.
        fresh: bool,
    },
    /// It is gone.
    Deleted,
}

impl Change {
    /// The value that is to be seen at `now`.
    pub(crate) fn visible(&self, now: i64) -> Option<&str> {
        match self {
            Change::Set { value, expires, .. } if expires.is_none_or(|expires| expires > now) => {
                Some(value)
            }
            _ => None,
        }
    }

    fn size(&self, namespace: &str, key: &str) -> usize {
        let value = match self {
            Change::Set { value, .. } => value.len(),
            Change::Deleted => 0,
        };
        namespace.len() + key.len() + value + PLACE
    }
}

/// The changes since a point in time.
#[derive(Debug, Default)]
struct Layer {
    namespaces: BTreeMap<String, BTreeMap<String, Change>>,
    bytes: usize,
}

impl Layer {
    fn get(&self, namespace: &str, key: &str) -> Option<&Change> {
        self.namespaces.get(namespace)?.get(key)
    }

    fn put(&mut self, namespace: &str, key: String, change: Change) {
        self.bytes += change.size(namespace, &key);
        let replaced = match self.namespaces.get_mut(namespace) {
            Some(changes) => changes.insert(key.clone(), change),
            None => {
                let changes = BTreeMap::from([(key, change)]);
                self.namespaces.insert(namespace.to_owned(), changes);
                return;
            }
        };
        if let Some(replaced) = replaced {
            self.bytes -= replaced.size(namespace, &key);
        }
    }
}

/// All changes of a record. Each layer is seen through those above it.
#[derive(Debug, Default)]
pub(crate) struct Overlay {
    base: Layer,
    layers: Vec<Layer>,
}

impl Overlay {
    pub(crate) fn is_empty(&self) -> bool {
        self.top_down().all(|layer| layer.namespaces.is_empty())
    }

    pub(crate) fn get(&self, namespace: &str, key: &str) -> Option<&Change> {
        self.top_down().find_map(|layer| layer.get(namespace, key))
    }

    /// Notes a change in the innermost layer, unless the record would write too much by it.
    pub(crate) fn put(
        &mut self,
        namespace: &str,
        key: &str,
        change: Change,
    ) -> Result<(), StoreError> {
        let all: usize = self.top_down().map(|layer| layer.bytes).sum();
        let top = self.layers.last_mut().unwrap_or(&mut self.base);
        let replaced = top
            .get(namespace, key)
            .map_or(0, |replaced| replaced.size(namespace, key));
        let size = all - replaced + change.size(namespace, key);
        if size > LIMITS.pending {
            return Err(StoreError::TooMuch { size });
        }
        top.put(namespace, key.to_owned(), change);
        Ok(())
    }

    /// The first change of `namespace` from `begin` on whose key begins with `prefix`, as the
    /// topmost layer has it.
    pub(crate) fn first(
        &self,
        namespace: &str,
        begin: Bound<&str>,
        prefix: &str,
    ) -> Option<(&str, &Change)> {
        let range = (begin, Bound::Unbounded);
        self.top_down()
            .filter_map(|layer| {
                layer
                    .namespaces
                    .get(namespace)?
                    .range::<str, _>(range)
                    .next()
            })
            // Of those that are equal `min_by` takes the first, which is the topmost.
            .min_by(|left, right| left.0.cmp(right.0))
            .filter(|(key, _)| key.starts_with(prefix))
            .map(|(key, change)| (key.as_str(), change))
    }

    pub(crate) fn begin(&mut self) {
        self.layers.push(Layer::default());
    }

    pub(crate) fn keep(&mut self) {
        let Some(top) = self.layers.pop() else {
            return;
        };
        let below = self.layers.last_mut().unwrap_or(&mut self.base);
        for (namespace, changes) in top.namespaces {
            for (key, change) in changes {
                below.put(&namespace, key, change);
            }
        }
    }

    pub(crate) fn undo(&mut self) {
        self.layers.pop();
    }

    /// All changes in order, and an empty overlay. Layers that are still open are kept.
    pub(crate) fn take(&mut self) -> impl Iterator<Item = (String, String, Change)> + use<> {
        while !self.layers.is_empty() {
            self.keep();
        }
        std::mem::take(&mut self.base)
            .namespaces
            .into_iter()
            .flat_map(|(namespace, changes)| {
                changes
                    .into_iter()
                    .map(move |(key, change)| (namespace.clone(), key, change))
            })
    }

    fn top_down(&self) -> impl Iterator<Item = &Layer> {
        self.layers.iter().rev().chain([&self.base])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(value: &str) -> Change {
        Change::Set {
            value: value.to_owned(),
            expires: None,
            fresh: false,
        }
    }

    #[test]
    fn what_is_pending_is_counted_through_every_change_of_layers() {
        let mut overlay = Overlay::default();
        let bytes = |overlay: &Overlay| overlay.top_down().map(|layer| layer.bytes).sum::<usize>();
        let of = |texts: usize| texts + PLACE;
        overlay.put("n", "key", set("12345")).unwrap();
        overlay.put("n", "key", set("123")).unwrap();
        assert_eq!(bytes(&overlay), of(7));
        overlay.begin();
        overlay.put("n", "key", Change::Deleted).unwrap();
        overlay.put("n", "other", set("1")).unwrap();
        assert_eq!(bytes(&overlay), of(7) + of(4) + of(7));
        overlay.begin();
        overlay.put("n", "key", set("1")).unwrap();
        overlay.undo();
        assert_eq!(bytes(&overlay), of(7) + of(4) + of(7));
        overlay.keep();
        assert_eq!(bytes(&overlay), of(4) + of(7));
        assert_eq!(overlay.take().count(), 2);
        assert!(overlay.is_empty());
        assert_eq!(bytes(&overlay), 0);
    }

    #[test]
    fn very_many_tiny_changes_are_too_much() {
        let mut overlay = Overlay::default();
        let most = LIMITS.pending / (PLACE + 7);
        let refused = (0..).find(|number| {
            overlay
                .put("n", &format!("{number:06}"), Change::Deleted)
                .is_err()
        });
        assert_eq!(refused, Some(most));
    }
}
