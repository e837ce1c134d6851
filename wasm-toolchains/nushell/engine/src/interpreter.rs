//! The state of Nushell in one instance, and calls of `handle`.

use std::sync::Arc;

use nu_engine::eval_block_with_early_return;
use nu_protocol::ast::Block;
use nu_protocol::debugger::WithoutDebug;
use nu_protocol::engine::{EngineState, Stack};
use nu_protocol::{
    Config, IntoValue, NU_VARIABLE_ID, PipelineData, ShellError, Span, Value, VarId, record,
};

use crate::virtual_files::FOLDER;
use crate::{answer, context, input, problem};

/// The version of Nushell's crates.
pub const NUSHELL: &str = "0.115.1";

/// Nushell and the program that was loaded into it.
pub struct Interpreter {
    pub engine: EngineState,
    pub stack: Stack,
    pub program: Option<Program>,
}

/// What was loaded.
pub enum Program {
    /// A source with `handle`.
    Handler(Handler),
    /// A source without `handle`.
    Script(Script),
}

/// How `handle` is called.
pub struct Handler {
    /// `handle $record`, or `handle` alone.
    pub call: Arc<Block>,
    /// The variable that holds the record; none where `handle` takes it from the pipeline.
    pub record: Option<VarId>,
    /// The place in the source that errors about the record point to.
    pub span: Span,
}

/// A program with standard streams.
pub struct Script {
    /// The path of its file.
    pub entry: String,
    /// Its statements.
    pub block: Arc<Block>,
    /// Whether it defines `main`.
    pub main: bool,
}

impl Interpreter {
    /// Nushell with all its commands and its standard library.
    pub fn new() -> Self {
        let engine = context::engine();
        let mut stack = Stack::new();
        stack.add_var(NU_VARIABLE_ID, constant());
        for (name, value) in [("PWD", "/"), ("NU_VERSION", NUSHELL)] {
            let value = Value::string(value, Span::unknown());
            stack.add_env_var(name.to_owned(), value);
        }
        let config = Config::default().into_value(Span::unknown());
        stack.add_env_var("config".to_owned(), config);
        Self {
            engine,
            stack,
            program: None,
        }
    }

    /// Copies the granted environment variables.
    pub fn take_environment(&mut self) {
        let span = Span::unknown();
        // The working directory is `/`, which contains the granted directories.
        for (name, value) in std::env::vars().filter(|(name, _)| name != "PWD") {
            self.stack.add_env_var(name, Value::string(value, span));
        }
    }

    /// Sets the variables by which a script knows its own path, as Nushell does.
    pub fn enter(&mut self, entry: &str) {
        let file = format!("{FOLDER}/{entry}");
        let folder = file.rsplit_once('/').map_or(FOLDER, |(folder, _)| folder);
        let text = |text: &str| Value::string(text, Span::unknown());
        self.stack.add_env_var("FILE_PWD".to_owned(), text(folder));
        self.stack
            .add_env_var("PROCESS_PATH".to_owned(), text(entry));
        self.stack
            .add_env_var("CURRENT_FILE".to_owned(), text(&file));
    }

    /// One record in, one answer out.
    pub fn handle(&mut self, input: &str) -> Result<String, String> {
        let Some(Program::Handler(handler)) = &self.program else {
            return Err("no program with `handle` was loaded".to_owned());
        };
        let value = input::read(input, handler.span)?;
        let block = handler.call.clone();
        let input = match handler.record {
            Some(variable) => {
                self.stack.add_var(variable, value);
                PipelineData::empty()
            }
            None => PipelineData::value(value, None),
        };
        let answer = evaluate(&self.engine, &mut self.stack, &block, input).and_then(answer::write);
        answer.map_err(|error| problem::sentence(&self.engine, &error))
    }
}

/// Runs `block`; its environment stays in `stack`.
pub fn evaluate(
    engine: &EngineState,
    stack: &mut Stack,
    block: &Block,
    input: PipelineData,
) -> Result<PipelineData, ShellError> {
    eval_block_with_early_return::<WithoutDebug>(engine, stack, block, input)
        .map(|output| output.body)
}

/// `$nu`. Nushell builds its own from folders that do not exist here.
fn constant() -> Value {
    let span = Span::unknown();
    let none = || Value::string("", span);
    let os = record! {
        "name" => Value::string("wasi", span),
        "arch" => Value::string("wasm32", span),
        "family" => Value::string("wasm", span),
        "kernel_version" => none(),
    };
    Value::record(
        record! {
            "default-config-dir" => none(),
            "config-path" => none(),
            "env-path" => none(),
            "history-path" => none(),
            "loginshell-path" => none(),
            "home-dir" => Value::string("/", span),
            "data-dir" => none(),
            "cache-dir" => none(),
            "vendor-autoload-dirs" => Value::list(vec![], span),
            "user-autoload-dirs" => Value::list(vec![], span),
            "temp-dir" => Value::string("/tmp", span),
            "pid" => Value::int(1, span),
            "os-info" => Value::record(os, span),
            "startup-time" => Value::duration(0, span),
            "is-interactive" => Value::bool(false, span),
            "is-login" => Value::bool(false, span),
            "history-enabled" => Value::bool(false, span),
            "current-exe" => none(),
            "is-lsp" => Value::bool(false, span),
            "is-mcp" => Value::bool(false, span),
        },
        span,
    )
}
