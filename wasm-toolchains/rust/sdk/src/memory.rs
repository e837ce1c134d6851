//! Durable memory: values by key, in namespaces that outlive the instance.
//!
//! `agent.toml` grants namespaces: `[permissions] memory = ["orders"]`. Values are
//! anything serde can write as JSON. Outside of flow (in `cargo test`, in a
//! browser) every function here is an error.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::imports;

/// A page of keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// In order.
    pub keys: Vec<String>,
    /// Where the next page begins; none after the last one.
    pub cursor: Option<String>,
}

/// The value of `key`, or none.
pub fn get<T: DeserializeOwned>(namespace: &str, key: &str) -> Result<Option<T>> {
    let value = imports::get(namespace, key).map_err(Error::new)?;
    value
        .map(|json| Ok(serde_json::from_str(&json)?))
        .transpose()
}

/// Sets `key` for good.
pub fn set<T: Serialize>(namespace: &str, key: &str, value: &T) -> Result<()> {
    write(namespace, key, value, None)
}

/// Sets `key` until `expires_in` from now, at most 584 years.
pub fn set_for<T: Serialize>(
    namespace: &str,
    key: &str,
    value: &T,
    expires_in: Duration,
) -> Result<()> {
    let nanoseconds = u64::try_from(expires_in.as_nanos())?;
    write(namespace, key, value, Some(nanoseconds))
}

fn write<T: Serialize>(ns: &str, key: &str, value: &T, expires_in: Option<u64>) -> Result<()> {
    let value = serde_json::to_string(value)?;
    imports::set(ns, key, &value, expires_in).map_err(Error::new)
}

/// Deletes `key`; false where there was none.
pub fn delete(namespace: &str, key: &str) -> Result<bool> {
    imports::delete(namespace, key).map_err(Error::new)
}

/// The keys that begin with `prefix`, from `cursor` (of the page before) on.
pub fn list_keys(namespace: &str, prefix: &str, cursor: Option<&str>) -> Result<Keys> {
    let (keys, cursor) = imports::list_keys(namespace, prefix, cursor).map_err(Error::new)?;
    Ok(Keys { keys, cursor })
}

/// Sets `key` to `value` if it now holds `expected` (none: if it is absent); false
/// where it holds something else.
pub fn compare_and_set<T: Serialize>(
    namespace: &str,
    key: &str,
    expected: Option<&T>,
    value: &T,
) -> Result<bool> {
    let expected = expected.map(serde_json::to_string).transpose()?;
    let value = serde_json::to_string(value)?;
    imports::compare_and_set(namespace, key, expected.as_deref(), &value).map_err(Error::new)
}
