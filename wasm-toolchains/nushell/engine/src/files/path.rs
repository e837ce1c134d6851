//! `path exists`, `path expand`, `path self` and `path type`. Nushell's own need a working
//! directory that exists, and the root need not be granted.

use std::fs;
use std::path::{Path, PathBuf};

use nu_engine::command_prelude::*;
use nu_protocol::engine::StateWorkingSet;

use crate::files::error::failure;
use crate::files::kind::kind;
use crate::files::working_directory::{absolute, working_directory};

/// Whether a path exists.
#[derive(Clone)]
pub struct PathExists;

/// A path from the root.
#[derive(Clone)]
pub struct PathExpand;

/// The path of the source file.
#[derive(Clone)]
pub struct PathSelf;

/// What a path leads to.
#[derive(Clone)]
pub struct PathType;

fn signature(name: &str, output: Type) -> Signature {
    let list = |of: Type| Type::List(Box::new(of));
    Signature::build(name)
        .input_output_types(vec![
            (Type::String, output.clone()),
            (list(Type::String), list(output)),
        ])
        .category(Category::Path)
}

impl Command for PathExists {
    fn name(&self) -> &str {
        "path exists"
    }

    fn description(&self) -> &str {
        "Whether a path exists in a granted directory."
    }

    fn signature(&self) -> Signature {
        signature(self.name(), Type::Bool).switch("no-symlink", "Do not follow links.", Some('n'))
    }

    fn run(
        &self,
        engine: &EngineState,
        stack: &mut Stack,
        call: &Call,
        input: PipelineData,
    ) -> Result<PipelineData, ShellError> {
        let link = call.has_flag(engine, stack, "no-symlink")?;
        each(engine, stack, call, input, move |path, span| {
            let exists = match link {
                true => fs::symlink_metadata(path).is_ok(),
                false => path.exists(),
            };
            Ok(Value::bool(exists, span))
        })
    }
}

impl Command for PathExpand {
    fn name(&self) -> &str {
        "path expand"
    }

    fn description(&self) -> &str {
        "The path from the root, without `.`, `..` and `~`."
    }

    fn signature(&self) -> Signature {
        signature(self.name(), Type::String)
            .switch("strict", "Fail where the path does not exist.", Some('s'))
            .switch("no-symlink", "Nothing: links are not followed.", Some('n'))
    }

    fn run(
        &self,
        engine: &EngineState,
        stack: &mut Stack,
        call: &Call,
        input: PipelineData,
    ) -> Result<PipelineData, ShellError> {
        let strict = call.has_flag(engine, stack, "strict")?;
        each(engine, stack, call, input, move |path, span| {
            if strict {
                fs::metadata(path).map_err(|error| failure("expand", &error, path, span))?;
            }
            Ok(Value::string(path.to_string_lossy(), span))
        })
    }
}

impl Command for PathType {
    fn name(&self) -> &str {
        "path type"
    }

    fn description(&self) -> &str {
        "What a path leads to: `file`, `dir` or `symlink`; nothing where it does not exist."
    }

    fn signature(&self) -> Signature {
        signature(self.name(), Type::Any)
    }

    fn run(
        &self,
        engine: &EngineState,
        stack: &mut Stack,
        call: &Call,
        input: PipelineData,
    ) -> Result<PipelineData, ShellError> {
        each(engine, stack, call, input, |path, span| {
            let Ok(metadata) = fs::symlink_metadata(path) else {
                return Ok(Value::nothing(span));
            };
            Ok(Value::string(kind(metadata.file_type()), span))
        })
    }
}

impl Command for PathSelf {
    fn name(&self) -> &str {
        "path self"
    }

    fn description(&self) -> &str {
        "The path of the source file in which it stands, or of another as seen from there."
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name())
            .input_output_types(vec![(Type::Nothing, Type::String)])
            .optional(
                "path",
                SyntaxShape::Filepath,
                "As seen from the source file's folder.",
            )
            .category(Category::Path)
    }

    fn is_const(&self) -> bool {
        true
    }

    fn run(
        &self,
        _engine: &EngineState,
        _stack: &mut Stack,
        call: &Call,
        _input: PipelineData,
    ) -> Result<PipelineData, ShellError> {
        Err(ShellError::NotAConstCommand { span: call.head })
    }

    fn run_const(
        &self,
        state: &StateWorkingSet,
        call: &Call,
        _input: PipelineData,
    ) -> Result<PipelineData, ShellError> {
        let wanted: Option<PathBuf> = call.opt_const(state, 0)?;
        let file = state.files.top().unwrap_or_else(|| Path::new("/"));
        let path = match wanted {
            Some(path) => absolute(path, file.parent().unwrap_or(file)),
            None => file.to_owned(),
        };
        Ok(Value::string(path.to_string_lossy(), call.head).into_pipeline_data())
    }
}

/// Calls `work` with each path of the input.
fn each(
    engine: &EngineState,
    stack: &Stack,
    call: &Call,
    input: PipelineData,
    work: impl Fn(&Path, Span) -> Result<Value, ShellError> + Send + 'static,
) -> Result<PipelineData, ShellError> {
    let folder = working_directory(engine, stack);
    let head = call.head;
    input.map(
        move |value| {
            let span = value.span();
            let path = value.coerce_into_string();
            path.and_then(|path| work(&absolute(path, &folder), head))
                .unwrap_or_else(|error| Value::error(error, span))
        },
        engine.signals(),
    )
}
