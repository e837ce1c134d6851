//! One number for everything in a store.

use sha2::{Digest as _, Sha256};

use crate::scan::Stored;

/// Takes live rows in order. The same rows give the same digest, in whatever way the file lays
/// them out.
pub(crate) struct Digest(Sha256);

impl Digest {
    pub(crate) fn new() -> Digest {
        Digest(Sha256::new_with_prefix("flow memory 1\n"))
    }

    /// Adds a row. Texts are preceded by their length, so that none runs into the next.
    pub(crate) fn add(&mut self, row: &Stored<'_>) {
        for text in [row.namespace, row.key, row.value] {
            self.0.update((text.len() as u64).to_le_bytes());
            self.0.update(text);
        }
        self.0.update(row.created.to_le_bytes());
        self.0.update(row.updated.to_le_bytes());
        self.0.update([row.expires.is_some().into()]);
        self.0.update(row.expires.unwrap_or(0).to_le_bytes());
    }

    /// `sha256:` and 64 hexadecimal digits.
    pub(crate) fn finish(self) -> String {
        format!("sha256:{:x}", self.0.finalize())
    }
}
