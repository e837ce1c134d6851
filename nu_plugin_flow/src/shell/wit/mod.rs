//! Nushell values ⇄ component values, by their WIT types.
//!
//! | WIT | Nushell |
//! | --- | --- |
//! | `bool`, `s8`…`u64`, `f32`, `f64`, `string` | bool, int, float, string; as input also a filesize (bytes) or duration (ns) for an integer, an int for a float, a datetime (RFC 3339) or glob for a string |
//! | `char` | string of one character |
//! | `list<u8>` | binary; as input also a list of bytes |
//! | `list<record>` | table |
//! | other lists, `tuple` | list |
//! | `record` | record; as input a field may be spelt with `_` for `-`, an `option` may be left out, and more fields are ignored |
//! | `variant` | string where the case has no payload, else `{case: payload}` |
//! | `enum` | string |
//! | `option<t>` | nothing or the value; where `t` is an option itself, `{some: value}` |
//! | `result<t, e>` | the value or an error value; as input also `{ok: value}` or `{err: value}` |
//! | `flags` | list of strings; as input also a record of bools |
//! | `map<string, t>` | record |
//! | other maps | table of `key` and `value` |
//!
//! Resources, streams, futures and error contexts have no Nushell value and
//! are refused by name.

mod error;
mod from;
mod render;
mod support;
mod to;

pub use error::WitError;
pub use from::from_wit;
pub use render::{render_function, render_type};
pub use support::{require_supported, resource};
pub use to::{arguments, to_wit};

#[cfg(test)]
mod tests;
