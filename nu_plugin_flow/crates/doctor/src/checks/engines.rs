//! The interpreters compiled to WebAssembly, of JavaScript and Nushell.

use flow_pins::pins;

use super::check::Check;
use crate::context::Context;
use crate::diagnosis::Diagnosis;
use crate::toolchain;

#[derive(Debug)]
pub(super) struct Engines;

impl Check for Engines {
    fn name(&self) -> &'static str {
        "engines"
    }

    fn examine(&self, context: &Context<'_>) -> Vec<Diagnosis> {
        let engines = pins().engines.iter();
        let tools: Vec<_> = engines
            .flat_map(|engine| toolchain::of(&engine.name))
            .collect();
        toolchain::look_at_all(&tools, context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::machine_double::Machine;
    use crate::diagnosis::Health;

    #[test]
    fn each_engine_has_a_row_that_says_how_to_install_it() {
        let found = Machine::new().examine(&Engines);
        assert_eq!(found.len(), pins().engines.len());
        for diagnosis in found {
            assert_eq!(diagnosis.health, Health::Missing);
            let name = &diagnosis.tool;
            let mend = format!("flow toolchain install {name}");
            assert!(format!("{diagnosis:?}").contains(&mend), "{diagnosis:?}");
        }
    }
}
