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
mod namespaces;
mod place;
mod rows;
mod search;
mod set;
mod stats;
mod value;

use nu_plugin::{EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::{Category, LabeledError, Signature, Type, Value};

pub(crate) use self::completion::of_project as namespaces;
pub(crate) use self::delete::Delete;
pub(crate) use self::export::Export;
pub(crate) use self::get::Get;
pub(crate) use self::import::Import;
pub(crate) use self::list::List;
pub(crate) use self::namespaces::Namespaces;
pub(crate) use self::place::location;
pub(crate) use self::search::Search;
pub(crate) use self::set::Set;
pub(crate) use self::stats::Stats;
use crate::FlowPlugin;

pub(crate) struct Memory;

impl SimplePluginCommand for Memory {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow memory"
    }

    fn description(&self) -> &str {
        "Read and change what agents keep from one run to the next."
    }

    fn extra_description(&self) -> &str {
        "Use one of the subcommands. A value is kept under a key in a namespace. All of them are in one SQLite file: `.flow/memory.db` of the project around the current directory, which is the nearest folder above with that file or with `.git`, else with `.flow`; outside a project, or with `--global`, `memory.db` in flow's data directory. `flow memory stats` says which."
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name())
            .input_output_type(Type::Nothing, Type::String)
            .category(Category::Experimental)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec!["store", "state", "database", "sqlite", "key-value"]
    }

    fn run(
        &self,
        _plugin: &FlowPlugin,
        engine: &EngineInterface,
        call: &EvaluatedCall,
        _input: &Value,
    ) -> Result<Value, LabeledError> {
        Ok(Value::string(engine.get_help()?, call.head))
    }
}
