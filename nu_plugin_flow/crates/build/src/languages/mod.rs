//! The languages that agents are written in: data in, plan out. A language
//! says what to run and never runs it.

mod build_table;
pub(crate) mod facts;
mod files;
mod go;
mod javascript;
pub(crate) mod language;
mod modules;
mod nushell;
mod python;
mod rust;

pub use facts::{Facts, LanguageError, names};
pub use language::{
    BundleOrder, Language, Output, Plan, Probe, Request, Steps, Target, UnknownTarget,
};

use facts::Id;

/// The language that `facts` describe.
pub(crate) fn of(facts: &Facts) -> &'static dyn Language {
    match facts.id {
        Id::Rust => &rust::Rust,
        Id::Go => &go::Go,
        Id::Python => &python::Python,
        Id::JavaScript => &javascript::JAVASCRIPT,
        Id::TypeScript => &javascript::TYPESCRIPT,
        Id::Nushell => &nushell::Nushell,
    }
}

/// The language called `name`.
///
/// # Errors
/// There is no such language.
pub fn named(name: &str) -> Result<&'static dyn Language, LanguageError> {
    facts::named(name).map(of)
}

#[cfg(test)]
mod tests;
