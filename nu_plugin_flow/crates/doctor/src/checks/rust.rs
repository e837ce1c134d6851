//! Rust: the compiler, its wasm targets, and the programs for packages.

use flow_pins::pins;

use super::check::Check;
use crate::context::{Answer, Context, at_least, version_in};
use crate::diagnosis::Diagnosis;
use crate::toolchain;

const GET_RUSTUP: &str = "install rustup from https://rustup.rs";

pub(super) struct Rust;

impl Check for Rust {
    fn name(&self) -> &'static str {
        "rust"
    }

    fn examine(&self, context: &Context<'_>) -> Vec<Diagnosis> {
        let compiler = compiler(self.name(), context);
        let mut found = vec![
            compiler,
            cargo(self.name(), context),
            rustup(self.name(), context),
        ];
        found.extend(toolchain::look_at_all(&toolchain::of(self.name()), context));
        found
    }
}

fn compiler(check: &'static str, context: &Context<'_>) -> Diagnosis {
    let wanted = &pins().rust.rustc;
    let diagnosis = Diagnosis::needed(check, "rustc", "agents in Rust").mend(GET_RUSTUP);
    match context.ask("rustc", &["--version"]) {
        Answer::Said(said) => {
            let version = version_in(&said);
            let fits = version
                .as_ref()
                .is_some_and(|version| at_least(version, wanted));
            let diagnosis = diagnosis.version(version);
            if fits {
                diagnosis.good("it answers")
            } else {
                diagnosis
                    .broken(format!("agents need {wanted} or later"))
                    .mend("`rustup update`")
            }
        }
        Answer::Failed(reason) => diagnosis.broken(reason).mend("`rustup default stable`"),
        Answer::Missing => diagnosis,
    }
}

fn cargo(check: &'static str, context: &Context<'_>) -> Diagnosis {
    let diagnosis = Diagnosis::needed(check, "cargo", "agents in Rust").mend(GET_RUSTUP);
    match context.ask("cargo", &["--version"]) {
        Answer::Said(said) => diagnosis.version(version_in(&said)).good("it answers"),
        Answer::Failed(reason) => diagnosis.broken(reason).mend("`rustup default stable`"),
        Answer::Missing => diagnosis,
    }
}

fn rustup(check: &'static str, context: &Context<'_>) -> Diagnosis {
    let diagnosis = Diagnosis::optional(check, "rustup", "adding wasm targets").mend(GET_RUSTUP);
    match context.ask("rustup", &["--version"]) {
        Answer::Said(said) => diagnosis.version(version_in(&said)).good("it answers"),
        Answer::Failed(reason) => diagnosis.broken(reason),
        Answer::Missing => diagnosis,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::consultation::consult;
    use crate::checks::machine_double::Machine;
    use crate::diagnosis::Health;

    fn machine() -> Machine {
        Machine::new()
            .answers("rustc --version", 0, "rustc 1.95.0 (x 2026-01-01)")
            .answers("cargo --version", 0, "cargo 1.95.0")
            .answers("rustup --version", 0, "rustup 1.28.2 (x)")
            .answers("rustc --target wasm32", 0, "")
    }

    fn health<'a>(found: &'a [Diagnosis], tool: &str) -> &'a Diagnosis {
        found
            .iter()
            .find(|diagnosis| diagnosis.tool == tool)
            .unwrap()
    }

    #[test]
    fn a_machine_without_rust_is_told_how_to_get_it() {
        let found = Machine::new().examine(&Rust);
        assert!(
            found
                .iter()
                .all(|diagnosis| diagnosis.health == Health::Missing),
            "{found:?}"
        );
        assert_eq!(health(&found, "rustc").mend.as_deref(), Some(GET_RUSTUP));
        // Without rustup there is nothing that the doctor could do.
        assert!(
            found.iter().all(|diagnosis| diagnosis.treatment.is_none()),
            "{found:?}"
        );
    }

    #[test]
    fn a_compiler_that_is_too_old_is_broken() {
        let machine = machine().answers("rustc --version", 0, "rustc 1.80.1 (x)");
        let found = machine.examine(&Rust);
        assert_eq!(health(&found, "rustc").health, Health::Broken);
        assert_eq!(health(&found, "rustc").version.as_deref(), Some("1.80.1"));
    }

    #[test]
    fn a_missing_target_is_added() {
        let missing = "error[E0463]: can't find crate for `std`";
        let machine = machine()
            .answers("rustc --target wasm32-wasip1 ", 1, missing)
            .answers("rustup target add wasm32-wasip1", 0, "");
        let found = machine.examine(&Rust);
        let target = health(&found, "wasm32-wasip1");
        assert_eq!(target.health, Health::Missing);
        assert_eq!(
            target.mend.as_deref(),
            Some("`rustup target add wasm32-wasip1`")
        );
        let found = machine.with(|context| consult(&[&Rust], context, true));
        let (_, done) = found
            .iter()
            .find(|(found, _)| found.tool == "wasm32-wasip1")
            .unwrap();
        assert_eq!(
            done.as_deref(),
            Some("ran `rustup target add wasm32-wasip1`")
        );
        let asked = machine.asked.lock().unwrap();
        assert!(
            asked
                .iter()
                .any(|line| line == "rustup target add wasm32-wasip1"),
            "{asked:?}"
        );
    }

    #[test]
    fn a_treatment_in_vain_says_why() {
        let machine = machine()
            .answers(
                "rustc --target wasm32-wasip2 ",
                1,
                "error[E0463]: can't find crate",
            )
            .answers(
                "rustup target add wasm32-wasip2",
                1,
                "error: could not download file",
            );
        let found = machine.with(|context| consult(&[&Rust], context, true));
        let (diagnosis, done) = found
            .iter()
            .find(|(found, _)| found.tool == "wasm32-wasip2")
            .unwrap();
        assert_eq!(diagnosis.health, Health::Missing);
        assert!(
            done.as_ref().unwrap().contains("could not download file"),
            "{done:?}"
        );
    }

    #[test]
    fn a_tool_of_another_version_than_the_pin_is_broken() {
        let machine = machine().answers("wasm-bindgen --version", 0, "wasm-bindgen 0.2.1");
        let found = machine.examine(&Rust);
        let tool = health(&found, "wasm-bindgen-cli");
        assert_eq!(tool.health, Health::Broken);
        assert!(
            tool.found.contains(&pins().rust.tools[1].version),
            "{tool:?}"
        );
    }
}
