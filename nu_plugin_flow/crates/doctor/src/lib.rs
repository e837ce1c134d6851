//! The doctor: looks whether the tools, folders and providers that flow works with can really be
//! used, says what each is needed for and how to mend it, and mends what it can without root.
//!
//! A [`Check`] examines and returns a [`Diagnosis`] for each thing it looked at; a diagnosis may
//! carry a [`Treatment`]. [`toolchain`] lists, installs and removes the tools that are pinned.

mod checks;
mod context;
mod diagnosis;
mod error;
pub mod toolchain;
mod treatment;

pub use checks::{Check, all, consult, named};
pub use context::{Complaint, Context, Installed, Interpreters, Trial};
pub use diagnosis::{Diagnosis, Health};
pub use error::DoctorError;
pub use treatment::Treatment;
