//! An engine as the interpreter of a language.

use std::{fs, sync::atomic::AtomicBool};

use flow_componentize::{Allocation, World, componentize};
use flow_runtime::{EngineAgent, EngineFile, EngineProblem, Runtime};
use serde::Serialize;

use super::{
    error::EngineError,
    install::PROGRAM,
    store::{Engine, EngineStore},
};
use crate::{
    bundle::{Bundle, Kind},
    interpreter::{Analysis, Interpreter, InterpreterError, SyntaxProblem, Version},
};

/// The engine of a language, looked up when it is first asked something.
pub struct EngineInterpreter<'a> {
    name: &'static str,
    store: &'a EngineStore,
    runtime: &'a Runtime,
}

/// An agent as `initialize-program` reads it.
#[derive(Serialize)]
struct Program<'a> {
    entry: &'a str,
    files: Vec<ProgramFile<'a>>,
}

#[derive(Serialize)]
struct ProgramFile<'a> {
    path: &'a str,
    text: &'a str,
}

impl<'a> EngineInterpreter<'a> {
    /// The engine called `name`, which is one of [`NAMES`](super::NAMES).
    pub fn new(
        name: &'static str,
        store: &'a EngineStore,
        runtime: &'a Runtime,
    ) -> EngineInterpreter<'a> {
        EngineInterpreter {
            name,
            store,
            runtime,
        }
    }

    /// The engine itself.
    ///
    /// # Errors
    /// It is not installed, or damaged.
    pub fn engine(&self) -> Result<Engine, EngineError> {
        self.store.need(self.name)
    }

    /// An agent as its bundle has it.
    pub fn agent(bundle: &Bundle) -> EngineAgent {
        let file = |(path, bytes): (String, Vec<u8>)| {
            // What is no text is no module either.
            let text = String::from_utf8(bytes).ok()?;
            Some(EngineFile { path, text })
        };
        EngineAgent {
            entry: bundle.entry.clone(),
            handler: bundle.kind == Kind::Handler,
            files: bundle.files().into_iter().filter_map(file).collect(),
        }
    }

    fn snapshot_of(&self, bundle: &Bundle) -> Result<Vec<u8>, EngineError> {
        let engine = self.engine()?;
        let core = fs::read(&engine.core)
            .map_err(|source| EngineError::io("read", engine.core.clone(), source))?;
        let agent = EngineInterpreter::agent(bundle);
        let program = Program {
            entry: &agent.entry,
            files: agent
                .files
                .iter()
                .map(|file| ProgramFile {
                    path: &file.path,
                    text: &file.text,
                })
                .collect(),
        };
        let input = serde_json::to_vec(&program).unwrap_or_default();
        let module = self.runtime.initialiser(&core).initialise(PROGRAM, input)?;
        let world = match agent.handler {
            true => World::HandlerAgent,
            false => World::CommandAgent,
        };
        Ok(componentize(&module, world, Allocation::Realloc)?)
    }
}

impl Interpreter for EngineInterpreter<'_> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn version(&self) -> Result<Version, InterpreterError> {
        let record = self.engine().map_err(InterpreterError::new)?.record;
        let digest = record.digest.to_hex();
        Ok(Version {
            text: record
                .version
                .unwrap_or_else(|| digest.chars().take(12).collect()),
            key: digest,
        })
    }

    fn analyse(
        &self,
        name: &str,
        source: &str,
        _cancel: &AtomicBool,
    ) -> Result<Analysis, InterpreterError> {
        let engine = self.engine().map_err(InterpreterError::new)?;
        let source = EngineFile {
            path: name.to_owned(),
            text: source.to_owned(),
        };
        let answer = self
            .runtime
            .analyse(&engine.component, &source)
            .map_err(|error| InterpreterError::new(EngineError::from(error)))?;
        Ok(match answer {
            Ok(read) => Analysis {
                handler: read.handler,
                asynchronous: read.asynchronous,
                imports: read.imports,
                error: None,
            },
            Err(problem) => Analysis {
                error: Some(syntax_problem(problem)),
                ..Analysis::default()
            },
        })
    }

    fn snapshot(&self, bundle: &Bundle) -> Option<Result<Vec<u8>, InterpreterError>> {
        Some(self.snapshot_of(bundle).map_err(InterpreterError::new))
    }

    fn makes_components(&self) -> bool {
        true
    }
}

fn syntax_problem(problem: EngineProblem) -> SyntaxProblem {
    let place = |number: u32| usize::try_from(number).unwrap_or(usize::MAX).max(1);
    SyntaxProblem {
        line: place(problem.line),
        column: place(problem.column),
        message: problem.message,
    }
}
