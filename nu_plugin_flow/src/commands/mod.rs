//! The commands, one a file.

mod build;
mod call;
mod doctor;
mod eval;
mod flow;
mod grants;
mod inspect;
mod interpreters;
mod locate;
mod memory;
mod new;
mod provision;
mod python;
mod run;
mod template;
mod toolchain;
mod words;
mod workspace;

use nu_plugin::PluginCommand;

use crate::FlowPlugin;

/// Every command of the plugin.
pub(crate) fn all() -> Vec<Box<dyn PluginCommand<Plugin = FlowPlugin>>> {
    vec![
        Box::new(flow::Flow),
        Box::new(build::Build),
        Box::new(call::Call),
        Box::new(doctor::Doctor),
        Box::new(eval::Eval),
        Box::new(inspect::Inspect),
        Box::new(memory::Delete),
        Box::new(memory::Export),
        Box::new(memory::Get),
        Box::new(memory::Import),
        Box::new(memory::List),
        Box::new(memory::Memory),
        Box::new(memory::Namespaces),
        Box::new(memory::Search),
        Box::new(memory::Set),
        Box::new(memory::Stats),
        Box::new(new::New),
        Box::new(provision::Provision),
        Box::new(run::Run),
        Box::new(template::Add),
        Box::new(template::List),
        Box::new(template::Remove),
        Box::new(template::Show),
        Box::new(template::Template),
        Box::new(toolchain::Install),
        Box::new(toolchain::List),
        Box::new(toolchain::Remove),
        Box::new(toolchain::Toolchain),
        Box::new(workspace::Delete),
        Box::new(workspace::Exec),
        Box::new(workspace::List),
        Box::new(workspace::Logs),
        Box::new(workspace::Start),
        Box::new(workspace::Status),
        Box::new(workspace::Stop),
        Box::new(workspace::Workspace),
    ]
}
