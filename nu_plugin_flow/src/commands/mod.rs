//! The commands, one a file.

mod agents;
mod build;
mod call;
mod choices;
mod columns;
mod doctor;
mod eval;
mod flow;
mod inspect;
mod memory;
mod new;
mod provision;
mod run;
mod selection;
mod template;
mod toolchain;
mod workspace;

use nu_plugin::{Plugin, PluginCommand};

use crate::command::adapt;
use crate::plugin::FlowPlugin;

impl Plugin for FlowPlugin {
    fn version(&self) -> String {
        env!("CARGO_PKG_VERSION").into()
    }

    fn commands(&self) -> Vec<Box<dyn PluginCommand<Plugin = Self>>> {
        vec![
            adapt(flow::Flow),
            adapt(build::Build),
            adapt(call::Call),
            adapt(doctor::Doctor),
            adapt(eval::Eval),
            adapt(inspect::Inspect),
            adapt(memory::Delete),
            adapt(memory::Export),
            adapt(memory::Get),
            adapt(memory::Import),
            adapt(memory::List),
            adapt(memory::Memory),
            adapt(memory::Namespaces),
            adapt(memory::Search),
            adapt(memory::Set),
            adapt(memory::Stats),
            adapt(new::New),
            adapt(provision::Provision),
            adapt(run::Run),
            adapt(template::Add),
            adapt(template::List),
            adapt(template::Remove),
            adapt(template::Show),
            adapt(template::Template),
            adapt(toolchain::Install),
            adapt(toolchain::List),
            adapt(toolchain::Remove),
            adapt(toolchain::Toolchain),
            adapt(workspace::Delete),
            adapt(workspace::Exec),
            adapt(workspace::List),
            adapt(workspace::Logs),
            adapt(workspace::Start),
            adapt(workspace::Status),
            adapt(workspace::Stop),
            adapt(workspace::Workspace),
        ]
    }
}
