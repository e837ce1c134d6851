//! The engine in the plugin: it compiles and runs a program.

use super::check::Check;
use crate::context::Context;
use crate::diagnosis::Diagnosis;

pub(super) struct Engine;

impl Check for Engine {
    fn name(&self) -> &'static str {
        "engine"
    }

    fn examine(&self, context: &Context<'_>) -> Vec<Diagnosis> {
        let diagnosis = Diagnosis::needed(self.name(), "wasmtime in the plugin", "running agents")
            .mend(
                "`flow doctor cache --fix`; where that does not help, report it as a bug of flow",
            );
        vec![match (context.engine)() {
            Ok(found) => diagnosis.good(found),
            Err(complaint) => diagnosis.broken(complaint.reason),
        }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::machine_double::Machine;
    use crate::context::{Complaint, Trial};
    use crate::diagnosis::Health;

    #[test]
    fn an_engine_that_runs_nothing_is_broken_and_says_why() {
        let machine = Machine::new();
        assert_eq!(machine.examine(&Engine)[0].health, Health::Good);
        let found = machine.with(|context| {
            let complaint = Complaint {
                reason: "no space".to_owned(),
                ..Complaint::default()
            };
            let engine: Trial<'_> = &|| Err(complaint.clone());
            Engine.examine(&Context {
                engine,
                nushell: None,
                ..*context
            })
        });
        assert_eq!(
            (&found[0].health, found[0].found.as_str()),
            (&Health::Broken, "no space")
        );
        assert!(found[0].mend.is_some());
    }
}
