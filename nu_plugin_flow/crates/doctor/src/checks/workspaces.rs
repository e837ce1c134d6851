//! The folder of local workspaces: the user's own, and writable.

use super::cache::folder;
use super::check::Check;
use crate::context::Context;
use crate::diagnosis::Diagnosis;

pub(super) struct Workspaces;

impl Check for Workspaces {
    fn name(&self) -> &'static str {
        "workspaces"
    }

    fn examine(&self, context: &Context<'_>) -> Vec<Diagnosis> {
        let needed_for = "workspaces on this machine: `flow provision --provider local`";
        let elsewhere = "set `$env.FLOW_DATA_DIR` to a folder of your own";
        vec![folder(
            self.name(),
            context.workspaces,
            false,
            needed_for,
            elsewhere,
        )]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::consultation::consult;
    use crate::checks::machine_double::Machine;
    use crate::diagnosis::Health;

    #[test]
    fn the_folder_is_created() {
        let machine = Machine::new();
        assert_eq!(machine.examine(&Workspaces)[0].health, Health::Missing);
        let found = machine.with(|context| consult(&[&Workspaces], context, true));
        assert_eq!(found[0].0.health, Health::Good, "{found:?}");
        assert!(machine.path().join("data").is_dir());
    }
}
