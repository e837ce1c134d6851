//! Whether the engine works at all: the smallest program, compiled and run.

use std::{
    fs, io,
    time::{Duration, Instant},
};

use flow_contract::Limits;
use miette::Diagnostic;
use thiserror::Error;
use tokio_util::sync::CancellationToken;

use crate::command::Command;
use crate::engine::Profile;
use crate::error::{LoadError, RunError};
use crate::grants::Grants;
use crate::peers::Directory;
use crate::runtime::Runtime;

/// `(module (func (export "_start")))`
const PROGRAM: &[u8] = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x07\x0a\x01\x06_start\0\0\x0a\x04\x01\x02\0\x0b";

/// The engine does not work.
#[derive(Debug, Error, Diagnostic)]
pub enum ProbeError {
    /// The program cannot be written.
    #[error("cannot write to the folder for temporary files: {0}")]
    #[diagnostic(
        code(flow::runtime::probe),
        help("make it writable, or set `$TMPDIR` to one that is")
    )]
    Write(#[source] io::Error),
    /// It cannot be compiled, or its code not be kept.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Load(#[from] LoadError),
    /// It does not run.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Run(#[from] RunError),
}

impl Runtime {
    /// Compiles and runs a program that does nothing; returns how long that took.
    pub fn probe(&self) -> Result<Duration, ProbeError> {
        let began = Instant::now();
        let path = std::env::temp_dir().join(format!("flow-probe-{}.wasm", std::process::id()));
        fs::write(&path, PROGRAM).map_err(ProbeError::Write)?;
        let program = self.load(&path, Profile::General);
        // What is left in a folder for temporary files harms nobody.
        let _ = fs::remove_file(&path);
        let command = Command::new(program?, Grants::nothing(Limits::default()))?;
        let (input, output, run) = command.start(
            &["probe".to_owned()],
            &Directory::default(),
            &CancellationToken::new(),
        )?;
        drop((input, output));
        run.finish()?;
        Ok(began.elapsed())
    }
}

#[cfg(test)]
mod tests {
    use flow_cache::Cache;

    use super::*;

    #[test]
    fn a_sound_engine_runs_a_program_and_one_without_a_cache_says_why_not() {
        let folder = tempfile::tempdir().unwrap();
        let runtime = Runtime::with_instances(Cache::at(folder.path().join("cache")), 2);
        runtime.probe().unwrap();

        let in_the_way = folder.path().join("file");
        fs::write(&in_the_way, "").unwrap();
        let runtime = Runtime::with_instances(Cache::at(in_the_way), 2);
        assert!(matches!(runtime.probe().unwrap_err(), ProbeError::Load(_)));
    }
}
