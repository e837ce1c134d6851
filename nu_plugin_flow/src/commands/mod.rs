//! The commands, one a file.

mod eval;
mod flow;
mod locate;
mod run;

use nu_plugin::PluginCommand;

use crate::FlowPlugin;

/// Every command of the plugin.
pub(crate) fn all() -> Vec<Box<dyn PluginCommand<Plugin = FlowPlugin>>> {
    vec![
        Box::new(flow::Flow),
        Box::new(eval::Eval),
        Box::new(run::Run),
    ]
}
