//! The engine in the plugin: it compiles and runs a program.

use super::Check;
use crate::context::Context;
use crate::diagnosis::Diagnosis;

pub(super) struct Engine;

impl Check for Engine {
    fn name(&self) -> &'static str {
        "engine"
    }

    fn examine(&self, context: &Context<'_>) -> Vec<Diagnosis> {
        let diagnosis = Diagnosis::needed(self.name(), "wasmtime in the plugin", "running agents")
            .mend("`flow doctor cache --fix`; where that does not help, report it as a bug of flow");
        vec![match (context.engine)() {
            Ok(found) => diagnosis.good(found),
            Err(reason) => diagnosis.broken(reason),
        }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::given::Machine;
    use crate::diagnosis::Health;

    #[test]
    fn an_engine_that_runs_nothing_is_broken_and_says_why() {
        let machine = Machine::new();
        assert_eq!(machine.examine(&Engine)[0].health, Health::Good);
        let found = machine.with(|context| {
            let engine: &(dyn Fn() -> Result<String, String> + Sync) = &|| Err("no space".to_owned());
            Engine.examine(&Context { engine, nushell: None, ..*context })
        });
        assert_eq!((&found[0].health, found[0].found.as_str()), (&Health::Broken, "no space"));
        assert!(found[0].mend.is_some());
    }
}
