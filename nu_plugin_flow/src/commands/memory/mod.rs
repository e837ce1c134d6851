//! `flow memory`: what agents keep from one run to the next.

mod arguments;
mod completion;
mod delete;
mod exchange;
mod export;
mod get;
mod import;
mod list;
mod listing;
mod location;
mod namespaces;
mod rows;
mod search;
mod set;
mod stats;
mod value;

use nu_protocol::{LabeledError, Signature, Type, Value};

pub(crate) use self::completion::of_project as namespaces;
pub(crate) use self::delete::Delete;
pub(crate) use self::export::Export;
pub(crate) use self::get::Get;
pub(crate) use self::import::Import;
pub(crate) use self::list::List;
pub(crate) use self::location::location;
pub(crate) use self::namespaces::Namespaces;
pub(crate) use self::search::Search;
pub(crate) use self::set::Set;
pub(crate) use self::stats::Stats;
use crate::command::{FlowCommand, Request};

pub(crate) struct Memory;

impl FlowCommand for Memory {
    const NAME: &str = "flow memory";
    const DESCRIPTION: &str = "Read and change what agents keep from one run to the next.";
    const EXTRA: &str = "Use one of the subcommands. A value is kept under a key in a namespace. All of them are in one SQLite file: `.flow/memory.db` of the project around the current directory, which is the nearest folder above with that file or with `.git`, else with `.flow`; outside a project, or with `--global`, `memory.db` in flow's data directory. `flow memory stats` says which.";
    const SEARCH_TERMS: &[&str] = &["store", "state", "database", "sqlite", "key-value"];

    fn signature(signature: Signature) -> Signature {
        signature.input_output_type(Type::Nothing, Type::String)
    }

    fn run(request: Request<'_>, _: Value) -> Result<Value, LabeledError> {
        request.help()
    }
}
