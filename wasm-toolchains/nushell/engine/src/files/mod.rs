//! Nushell's commands for files, in the granted directories. Nushell's own need an
//! operating system.

mod cd;
mod copy;
mod error;
mod glob;
mod grants;
mod kind;
mod list;
mod make;
mod open;
mod path;
mod patterns;
mod remove;
mod save;
mod working_directory;

use nu_protocol::engine::Command;

/// The commands of this module.
pub fn commands() -> Vec<Box<dyn Command>> {
    vec![
        Box::new(cd::Cd),
        Box::new(copy::Cp),
        Box::new(copy::Mv),
        Box::new(glob::Glob),
        Box::new(list::Ls),
        Box::new(make::Mkdir),
        Box::new(make::Touch),
        Box::new(open::Open),
        Box::new(path::PathExists),
        Box::new(path::PathExpand),
        Box::new(path::PathSelf),
        Box::new(path::PathType),
        Box::new(remove::Rm),
        Box::new(save::Save),
    ]
}
