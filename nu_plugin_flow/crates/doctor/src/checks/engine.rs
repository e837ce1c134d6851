//! The engine in the plugin: it compiles and runs a program.

use std::fs;
use std::time::Instant;

use flow_runtime::{CancellationToken, Command, Grants, Limits, Permissions, Profile, silent};

use super::Check;
use crate::context::Context;
use crate::diagnosis::Diagnosis;

/// `(module (func (export "_start")))`
const PROGRAM: &[u8] = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x07\x0a\x01\x06_start\0\0\x0a\x04\x01\x02\0\x0b";

pub(super) struct Engine;

impl Check for Engine {
    fn name(&self) -> &'static str {
        "engine"
    }

    fn examine(&self, context: &Context<'_>) -> Vec<Diagnosis> {
        let diagnosis = Diagnosis::needed(self.name(), "wasmtime in the plugin", "running agents")
            .mend("`flow doctor cache --fix`; where that does not help, report it as a bug of flow");
        let began = Instant::now();
        vec![match run(context) {
            Ok(()) => diagnosis.good(format!("compiled and ran a program in {:.0?}", began.elapsed())),
            Err(reason) => diagnosis.broken(reason),
        }]
    }
}

/// Errors of many kinds, all of which are only told.
fn run(context: &Context<'_>) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let path = folder.path().join("probe.wasm");
    fs::write(&path, PROGRAM).map_err(|error| error.to_string())?;
    let program = context.runtime.load(&path, Profile::General);
    let program = program.map_err(|error| error.to_string())?;
    let grants = Grants {
        limits: Limits::default(),
        permissions: Permissions::default(),
        environment: Vec::new(),
        log: silent(),
    };
    let command = Command::new(program, grants).map_err(|error| error.to_string())?;
    let started = command.start(&["probe".to_owned()], &CancellationToken::new());
    let (input, output, run) = started.map_err(|error| error.to_string())?;
    drop((input, output));
    run.finish().map(drop).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::given::Machine;
    use crate::diagnosis::Health;

    #[test]
    fn a_program_is_compiled_and_run() {
        let found = Machine::new().examine(&Engine);
        assert_eq!(found[0].health, Health::Good, "{found:?}");
    }

    #[test]
    fn an_engine_that_cannot_keep_its_code_is_broken() {
        let machine = Machine::new();
        fs::write(machine.cache(), "in the way").unwrap();
        let found = machine.examine(&Engine);
        assert_eq!(found[0].health, Health::Broken, "{found:?}");
        assert!(found[0].mend.is_some());
    }
}
