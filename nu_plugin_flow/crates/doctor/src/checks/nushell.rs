//! Nushell and the plugin: both have to be of one minor version.

use super::check::Check;
use crate::context::Context;
use crate::diagnosis::Diagnosis;

pub(super) struct Nushell;

impl Check for Nushell {
    fn name(&self) -> &'static str {
        "nushell"
    }

    fn examine(&self, context: &Context<'_>) -> Vec<Diagnosis> {
        let minor = |version: &str| version.split('.').take(2).collect::<Vec<_>>().join(".");
        let built_for = minor(context.built_for);
        let diagnosis = Diagnosis::needed(self.name(), "nu", "every command of flow")
            .version(context.nushell.clone())
            .mend(format!(
                "use Nushell {built_for}, or the flow that was built for yours"
            ));
        let nushell = match &context.nushell {
            Some(version) if minor(version) == built_for => {
                diagnosis.good(format!("the plugin is built for {built_for}"))
            }
            Some(_) => diagnosis.broken(format!("the plugin is built for {built_for}")),
            None => diagnosis.broken("it does not say its version"),
        };
        let plugin = Diagnosis::needed(self.name(), "nu_plugin_flow", "every command of flow")
            .version(Some(context.plugin.to_owned()))
            .good("it answers");
        vec![nushell, plugin]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::machine_double::Machine;
    use crate::diagnosis::Health;

    #[test]
    fn only_the_minor_version_has_to_be_the_plugins() {
        for (nushell, expected) in [
            (Some("0.115.0"), Health::Good),
            (Some("0.115.9"), Health::Good),
            (Some("0.116.0"), Health::Broken),
            (None, Health::Broken),
        ] {
            let found = Machine::new().with(|context| {
                let context = Context {
                    nushell: nushell.map(str::to_owned),
                    ..*context
                };
                Nushell.examine(&context)
            });
            assert_eq!(found[0].health, expected, "{nushell:?}");
            assert_eq!(found[0].mend.is_none(), expected == Health::Good);
            assert_eq!(found[1].version.as_deref(), Some("0.1.0"));
        }
    }
}
