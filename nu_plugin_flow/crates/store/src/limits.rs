//! How large what is stored may be.

/// The largest sizes, in bytes unless said otherwise. Names have bounds of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// A value, as compact JSON text.
    pub value: usize,
    /// What one record may write before it is committed: names, keys and values, and 128 bytes
    /// for each of them.
    pub pending: usize,
    /// A page of keys, in keys.
    pub page: usize,
}

/// The limits of every store.
pub const LIMITS: Limits = Limits {
    value: 4 * 1024 * 1024,
    pending: 64 * 1024 * 1024,
    page: 1000,
};
