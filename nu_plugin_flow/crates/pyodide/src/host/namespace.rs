//! The namespaces of the main module's imports.

pub(super) const ENV: &str = "env";
pub(super) const WASI: &str = "wasi_snapshot_preview1";
