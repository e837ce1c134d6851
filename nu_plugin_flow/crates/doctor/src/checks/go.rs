//! Go and TinyGo.

use flow_pins::pins;
use flow_process::Command;

use super::check::Check;
use crate::context::{Answer, Context, at_least, reason, text, version_in};
use crate::diagnosis::Diagnosis;

pub(super) struct Go;

impl Check for Go {
    fn name(&self) -> &'static str {
        "go"
    }

    fn examine(&self, context: &Context<'_>) -> Vec<Diagnosis> {
        vec![go(self.name(), context), tinygo(self.name(), context)]
    }
}

fn go(check: &'static str, context: &Context<'_>) -> Diagnosis {
    let oldest = &pins().go.oldest;
    let mend = format!(
        "install Go {oldest} or later, with your system's packages or from https://go.dev/dl"
    );
    let diagnosis = Diagnosis::optional(check, "go", "agents in Go").mend(&mend);
    let version = match context.ask("go", &["version"]) {
        Answer::Said(said) => version_in(&said),
        Answer::Failed(reason) => return diagnosis.broken(reason),
        Answer::Missing => return diagnosis,
    };
    let fits = version
        .as_ref()
        .is_some_and(|version| at_least(version, oldest));
    let diagnosis = diagnosis.version(version);
    if !fits {
        return diagnosis.broken(format!("agents need {oldest} or later"));
    }
    // Is the standard library there for wasm?
    let mut probe = Command::new(
        "go",
        ["list", "-f", "{{.ImportPath}}", "runtime"],
        std::env::temp_dir(),
    );
    probe.env = [("GOOS", "wasip1"), ("GOARCH", "wasm")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
    match context.run_with(probe) {
        Ok(outcome) if outcome.success() => diagnosis.good("it knows wasip1"),
        Ok(outcome) => diagnosis.broken(reason(&outcome)),
        Err(error) => diagnosis.broken(error.to_string()),
    }
}

/// `tinygo version` succeeds also where it cannot build: without Go, or with one it does not know.
fn tinygo(check: &'static str, context: &Context<'_>) -> Diagnosis {
    let diagnosis = Diagnosis::optional(check, "tinygo", "smaller agents in Go")
        .mend("install TinyGo from https://tinygo.org, or `devbox add tinygo`");
    let version = match context.ask("tinygo", &["version"]) {
        Answer::Said(said) => version_in(&said),
        Answer::Failed(reason) => return diagnosis.broken(reason),
        Answer::Missing => return diagnosis,
    };
    let diagnosis = diagnosis.version(version);
    match context.run("tinygo", &["info", "-json", "-target=wasip1"]) {
        Ok(outcome) if outcome.success() && text(&outcome.stdout).contains("wasip1") => {
            diagnosis.good("it knows wasip1 and works with the installed Go")
        }
        Ok(outcome) => diagnosis.broken(reason(&outcome)).mend(
            "install a TinyGo and a Go that belong together: TinyGo 0.39 goes with Go 1.19 to 1.25",
        ),
        Err(error) => diagnosis.broken(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::machine_double::Machine;
    use crate::diagnosis::Health;

    #[test]
    fn go_has_to_know_wasm() {
        for (said, status, listed, expected) in [
            (
                "go version go1.26.6 linux/amd64",
                0,
                "runtime",
                Health::Good,
            ),
            (
                "go version go1.26.6 linux/amd64",
                1,
                "unsupported GOOS/GOARCH pair",
                Health::Broken,
            ),
            (
                "go version go1.19 linux/amd64",
                0,
                "runtime",
                Health::Broken,
            ),
        ] {
            let machine = Machine::new()
                .answers("go version", 0, said)
                .answers("go list", status, listed);
            assert_eq!(machine.examine(&Go)[0].health, expected, "{said}");
        }
        assert_eq!(Machine::new().examine(&Go)[0].health, Health::Missing);
    }

    #[test]
    fn a_tinygo_that_does_not_fit_its_go_is_broken_though_it_tells_its_version() {
        let said = "requires go version 1.19 through 1.23, got go1.26";
        let machine = Machine::new()
            .answers("tinygo version", 0, "tinygo version 0.33.0 linux/amd64")
            .answers("tinygo info", 1, said);
        let found = &machine.examine(&Go)[1];
        assert_eq!(
            (found.health.clone(), found.found.as_str()),
            (Health::Broken, said)
        );
        assert_eq!(found.version.as_deref(), Some("0.33.0"));
        machine.learn("tinygo info", 0, "{\"target\": \"wasip1\"}");
        assert_eq!(machine.examine(&Go)[1].health, Health::Good);
    }
}
