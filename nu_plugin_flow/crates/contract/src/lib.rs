//! What everybody says: the names, limits, permissions and signatures of agents, as text and as
//! data.
//!
//! Nothing here reads a file, starts a process or knows an engine or a shell, so that the same
//! words hold wherever an agent is described or run. The crate builds for
//! `wasm32-unknown-unknown`.

mod callee;
mod causes;
mod fit;
mod json;
mod limits;
mod names;
mod near;
mod path;
mod permissions;
mod plain;
mod signature;
mod tags;
mod values;

pub use callee::{fit_answer, fit_input};
pub use causes::{message, with_causes};
pub use fit::{Misfit, check, fit};
pub use json::{
    Answer, DecodeError, Tagging, Tags, decode_answer, decode_answer_bytes, decode_value,
};
pub use limits::{LimitError, Limits, parse_size, parse_timeout};
pub use names::{KEY_LENGTH, NAMESPACE_LENGTH, NameError, check_key, check_namespace};
pub use near::{literals, nearest};
pub use path::{MAXIMUM_DEPTH, Path, Segment};
pub use permissions::{
    AgentGrant, DirGrant, MemoryGrant, NetGrant, PermissionError, Permissions, parse_env,
};
pub use plain::{Plain, Value};
pub use signature::{Columns, Signature, Type, TypeError, parse_type};
pub use tags::{Tag, base64_text};
pub use values::{Values, View};
