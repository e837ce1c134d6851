//! Network access: TCP and outgoing HTTP to the granted hosts and ports, and
//! look-ups of the granted names. Everything else is refused and noted.

pub(crate) mod names;
pub(crate) mod peers;
