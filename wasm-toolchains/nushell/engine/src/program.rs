//! Analyses and loads an agent's sources.

use std::path::PathBuf;
use std::sync::Arc;

use nu_parser::parse;
use nu_protocol::ast::{Block, PipelineRedirection, RedirectionTarget};
use nu_protocol::engine::{FileStack, StateDelta, StateWorkingSet};
use nu_protocol::shell_error::generic::GenericError;
use nu_protocol::{ParseError, PipelineData, ShellError, Signature, Span, Type};

use crate::bindings::exports::flow::engine::program::{Analysis, File, Problem};
use crate::imports::imports;
use crate::interpreter::{self, Handler, Interpreter, Program, Script};
use crate::problem;
use crate::virtual_files::{self, FOLDER};

const HANDLE: &[u8] = b"handle";

/// What a source is, without running it. The files that it names may be missing.
pub fn analyse(interpreter: &Interpreter, source: &File) -> Result<Analysis, Problem> {
    let mut state = StateWorkingSet::new(&interpreter.engine);
    let block = parse_entry(&mut state, &source.path, &source.text);
    let missing = state.parse_errors.iter().any(names_missing_file);
    let error = state
        .parse_errors
        .iter()
        .find(|error| !(missing && may_be_of_missing_file(error)));
    if let Some(error) = error {
        return Err(problem::of_source(&state, error, &source.path));
    }
    check(&state, &block, &source.path)?;
    Ok(Analysis {
        handler: handle_of(&state).is_some(),
        asynchronous: false,
        imports: imports(source.text.as_bytes()),
    })
}

fn names_missing_file(error: &ParseError) -> bool {
    matches!(
        error,
        ParseError::ModuleNotFound(..)
            | ParseError::SourcedFileNotFound(..)
            | ParseError::FileNotFound(..)
            | ParseError::ModuleOrOverlayNotFound(..)
    )
}

fn may_be_of_missing_file(error: &ParseError) -> bool {
    names_missing_file(error)
        || matches!(
            error,
            ParseError::VariableNotFound(..) | ParseError::ExportNotFound(..)
        )
}

/// Takes the agent's files, and runs the top level of a handler.
pub fn load(interpreter: &mut Interpreter, entry: &str, files: &[File]) -> Result<(), Problem> {
    let source = files
        .iter()
        .find(|file| file.path == entry)
        .ok_or_else(|| problem::general("the file is not among those of the agent", entry))?;
    let mut state = StateWorkingSet::new(&interpreter.engine);
    virtual_files::register(&mut state, files);
    let block = parse_entry(&mut state, entry, &source.text);
    if let Some(error) = state.parse_errors.first() {
        return Err(problem::of_source(&state, error, entry));
    }
    if let Some(error) = state.compile_errors.first() {
        return Err(problem::of_source(&state, error, entry));
    }
    check(&state, &block, entry)?;
    let program = match handle_of(&state) {
        Some(handle) => Program::Handler(call(&mut state, &handle, entry)?),
        None => Program::Script(Script {
            entry: entry.to_owned(),
            block: block.clone(),
            main: state.find_decl(b"main").is_some(),
        }),
    };
    let delta = state.render();
    merge(interpreter, delta, entry)?;
    interpreter.enter(entry);
    if matches!(program, Program::Handler(_)) {
        run_top_level(interpreter, &block, entry)?;
    }
    interpreter.program = Some(program);
    Ok(())
}

fn merge(interpreter: &mut Interpreter, delta: StateDelta, entry: &str) -> Result<(), Problem> {
    interpreter
        .engine
        .merge_delta(delta)
        .map_err(|error| problem::general(error.to_string(), entry))
}

fn run_top_level(interpreter: &mut Interpreter, block: &Block, entry: &str) -> Result<(), Problem> {
    let Interpreter { engine, stack, .. } = interpreter;
    interpreter::evaluate(engine, stack, block, PipelineData::empty())
        .and_then(PipelineData::drain)
        .map_err(|error| problem::running(engine, &error, entry))
}

fn parse_entry(state: &mut StateWorkingSet, entry: &str, text: &str) -> Arc<Block> {
    let path = format!("{FOLDER}/{entry}");
    state.files = FileStack::with_file(PathBuf::from(&path));
    let block = parse(state, Some(&path), text.as_bytes(), false);
    state.files.pop();
    block
}

/// The source's own `handle`.
fn handle_of(state: &StateWorkingSet) -> Option<Arc<Block>> {
    let command = state.get_decl(state.find_decl(HANDLE)?);
    Some(state.get_block(command.block_id()?).clone())
}

/// Refuses what Nushell can parse and an agent cannot do.
fn check(state: &StateWorkingSet, block: &Block, entry: &str) -> Result<(), Problem> {
    let second = handle_of(state).and_then(|handle| {
        let second = handle.signature.required_positional.get(1)?;
        Some(second.var_id.map_or(Span::unknown(), |variable| {
            state.get_variable(variable).declaration_span
        }))
    });
    if let Some(span) = second {
        let error = GenericError::new(
            "`handle` has more than one parameter",
            "it takes the record alone, and others need a default value",
            span,
        );
        return Err(problem::of_source(state, &ShellError::from(error), entry));
    }
    let blocks = state.delta.blocks.iter().map(Arc::as_ref);
    let redirected = blocks
        .chain([block])
        .flat_map(|block| &block.pipelines)
        .flat_map(|pipeline| &pipeline.elements)
        .filter_map(|element| into_file(element.redirection.as_ref()?))
        .find(|span| problem::is_of_user(state, *span));
    let Some(span) = redirected else {
        return Ok(());
    };
    let error = GenericError::new(
        "redirections into files are for programs, and an agent starts none",
        "redirected here",
        span,
    );
    let error = ShellError::from(error.with_help("write the file with `save`"));
    Err(problem::of_source(state, &error, entry))
}

fn into_file(redirection: &PipelineRedirection) -> Option<Span> {
    let file = |target: &RedirectionTarget| match target {
        RedirectionTarget::File { span, .. } => Some(*span),
        RedirectionTarget::Pipe { .. } => None,
    };
    match redirection {
        PipelineRedirection::Single { target, .. } => file(target),
        PipelineRedirection::Separate { out, err } => file(out).or_else(|| file(err)),
    }
}

/// The call of `handle`, with the record as its parameter or, where it has none,
/// in its pipeline.
fn call(state: &mut StateWorkingSet, handle: &Block, entry: &str) -> Result<Handler, Problem> {
    let Signature {
        required_positional,
        optional_positional,
        rest_positional,
        ..
    } = handle.signature.as_ref();
    let parameter = required_positional
        .first()
        .or(optional_positional.first())
        .or(rest_positional.as_ref());
    let (source, record, span) = if let Some(parameter) = parameter {
        let name = b"$flow_record".to_vec();
        let variable = state.add_variable(name, Span::unknown(), Type::Any, false);
        let span = parameter.var_id.map_or(Span::unknown(), |parameter| {
            state.get_variable(parameter).declaration_span
        });
        ("handle $flow_record", Some(variable), span)
    } else {
        // The record enters at the beginning of the body.
        let span = handle.span.map_or(Span::unknown(), |body| {
            Span::new(body.start, body.end.min(body.start + 1))
        });
        ("handle", None, span)
    };
    let call = parse(state, Some("the call of handle"), source.as_bytes(), false);
    match state.parse_errors.first() {
        Some(error) => Err(problem::of_source(state, error, entry)),
        None => Ok(Handler { call, record, span }),
    }
}
