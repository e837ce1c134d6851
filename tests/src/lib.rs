//! What the tests of flow through a real `nu` share: the guests they run, and
//! an isolated `nu` session to run them in.

pub mod devpod;
pub mod engines;
pub mod guests;
pub mod session;
pub mod tools;
