//! Fits values to types: [`fit`] turns what an agent answered into native values, [`check`]
//! holds what the user hands in against a signature.
//!
//! A record fits where every named field is there with a fitting value; more fields are welcome,
//! as for Nushell's own `record<…>`.

pub(crate) mod checking;
pub(crate) mod convert;
pub(crate) mod expected;
pub(crate) mod fitting;
pub(crate) mod misfit;

pub use checking::check;
pub use fitting::fit;
pub use misfit::Misfit;
