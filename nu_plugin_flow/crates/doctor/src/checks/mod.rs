//! The checks, one file a subject.

mod cache;
mod check;
mod consultation;
mod containers;
mod engine;
mod engines;
mod go;
mod nushell;
mod programs;
mod rust;
mod workspaces;

pub use check::Check;
pub use consultation::consult;

static CHECKS: &[&dyn Check] = &[
    &nushell::Nushell,
    &engine::Engine,
    &cache::Folders,
    &workspaces::Workspaces,
    &rust::Rust,
    &go::Go,
    &programs::Programs {
        name: "python",
        programs: programs::PYTHON,
    },
    &programs::Programs {
        name: "javascript",
        programs: programs::JAVASCRIPT,
    },
    &engines::Engines,
    &containers::Containers,
    &programs::Programs {
        name: "deploy",
        programs: programs::DEPLOY,
    },
];

/// Every check, in the order of its rows.
pub fn all() -> &'static [&'static dyn Check] {
    CHECKS
}

/// The check of that name.
pub fn named(name: &str) -> Option<&'static dyn Check> {
    CHECKS.iter().copied().find(|check| check.name() == name)
}

#[cfg(test)]
pub(crate) mod machine_double;
