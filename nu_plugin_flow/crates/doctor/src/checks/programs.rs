//! Programs of which it is enough to know that they run.

use super::check::Check;
use crate::context::{Answer, Context, version_in};
use crate::diagnosis::Diagnosis;

/// One program.
pub(super) struct Program {
    pub(super) name: &'static str,
    /// What makes it do a little, and say its version.
    pub(super) probe: &'static [&'static str],
    pub(super) needed_for: &'static str,
    pub(super) mend: &'static str,
}

pub(super) const PYTHON: &[Program] = &[
    Program {
        name: "uv",
        probe: &["--version"],
        needed_for: "resolving the packages of Python agents",
        mend: "`pip install --user uv`, or install it with your system's packages",
    },
    Program {
        name: "python3",
        probe: &[
            "-c",
            "import json, platform; print(platform.python_version())",
        ],
        needed_for: "running a Python agent outside of flow",
        mend: "install Python with your system's packages",
    },
];

pub(super) const JAVASCRIPT: &[Program] = &[Program {
    name: "node",
    probe: &[
        "-e",
        "new WebAssembly.Memory({initial: 1}); console.log(process.version)",
    ],
    needed_for: "running packages for the web outside of a browser",
    mend: "install Node.js with your system's packages or from https://nodejs.org",
}];

pub(super) const DEPLOY: &[Program] = &[
    Program {
        name: "wasmtime",
        probe: &["--version"],
        needed_for: "running agents outside of flow",
        mend: "`cargo install wasmtime-cli --locked`, or `flow template add rust --with [wasmtime]`",
    },
    Program {
        name: "wasmer",
        probe: &["--version"],
        needed_for: "running commands in another runtime",
        mend: "install it from https://wasmer.io, or `flow template add rust --with [wasmer]`",
    },
    Program {
        name: "spin",
        probe: &["--version"],
        needed_for: "serving agents with Spin",
        mend: "install it from https://spinframework.dev, or `flow template add rust --with [spin]`",
    },
    Program {
        name: "kubectl",
        probe: &["version", "--client"],
        needed_for: "looking after agents on Kubernetes",
        mend: "install it with your system's packages, or `flow template add rust --with [kubectl]`",
    },
    Program {
        name: "helm",
        probe: &["version", "--short"],
        needed_for: "installing charts on Kubernetes",
        mend: "install it with your system's packages, or `flow template add rust --with [helm]`",
    },
];

pub(super) struct Programs {
    pub(super) name: &'static str,
    pub(super) programs: &'static [Program],
}

impl Check for Programs {
    fn name(&self) -> &'static str {
        self.name
    }

    fn examine(&self, context: &Context<'_>) -> Vec<Diagnosis> {
        self.programs
            .iter()
            .map(|program| look(self.name, program, context))
            .collect()
    }
}

pub(super) fn look(check: &'static str, program: &Program, context: &Context<'_>) -> Diagnosis {
    let diagnosis = Diagnosis::optional(check, program.name, program.needed_for).mend(program.mend);
    match context.ask(program.name, program.probe) {
        Answer::Said(said) => diagnosis.version(version_in(&said)).good("it answers"),
        Answer::Failed(reason) => diagnosis.broken(reason),
        Answer::Missing => diagnosis,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::machine_double::Machine;
    use crate::diagnosis::Health;

    #[test]
    fn a_program_is_good_broken_or_missing() {
        let machine = Machine::new()
            .answers("uv --version", 0, "uv 0.13.9")
            .answers(
                "python3",
                127,
                "error while loading shared libraries: libpython3.so",
            );
        let found = machine.examine(&Programs {
            name: "python",
            programs: PYTHON,
        });
        assert_eq!(
            (&found[0].health, found[0].version.as_deref()),
            (&Health::Good, Some("0.13.9"))
        );
        assert_eq!(
            (&found[1].health, found[1].mend.is_some()),
            (&Health::Broken, true)
        );
        assert!(found[1].found.contains("libpython3.so"), "{found:?}");
        let found = Machine::new().examine(&Programs {
            name: "deploy",
            programs: DEPLOY,
        });
        assert!(
            found
                .iter()
                .all(|found| found.health == Health::Missing && found.optional)
        );
    }
}
