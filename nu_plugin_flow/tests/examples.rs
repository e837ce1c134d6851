//! Every command explains itself, and its examples say the truth.

use nu_plugin::Plugin;
use nu_plugin_flow::FlowPlugin;
use nu_plugin_test_support::PluginTest;

#[test]
fn examples_with_results_give_these_results() {
    let mut test = PluginTest::new("flow", FlowPlugin::default().into()).unwrap();
    for command in FlowPlugin::default().commands() {
        test.test_examples(&command.examples())
            .unwrap_or_else(|error| panic!("{}: {error}", command.name()));
    }
}

#[test]
fn every_command_explains_itself() {
    for command in FlowPlugin::default().commands() {
        let name = command.name();
        assert!(
            command.description().ends_with('.'),
            "{name}: a description is a sentence"
        );
        assert!(
            !command.search_terms().is_empty(),
            "{name}: no search terms"
        );
        assert!(
            !command.signature().input_output_types.is_empty(),
            "{name}: no input and output types"
        );
        let groups = [
            "flow",
            "flow memory",
            "flow template",
            "flow toolchain",
            "flow workspace",
        ];
        let group = groups.contains(&name);
        assert!(
            group || !command.examples().is_empty(),
            "{name}: no example"
        );
    }
}
