//! An agent's sources: what they are, and how they are loaded.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use nu_parser::parse;
use nu_protocol::ast::{Block, PipelineRedirection, RedirectionTarget};
use nu_protocol::engine::{FileStack, StateDelta, StateWorkingSet, VirtualPath};
use nu_protocol::shell_error::generic::GenericError;
use nu_protocol::{ParseError, PipelineData, ShellError, Signature, Span, Type, VirtualPathId};

use crate::bindings::exports::flow::engine::program::{Analysis, File, Problem};
use crate::imports::imports;
use crate::interpreter::{self, FOLDER, Handler, Interpreter, Program, Script};
use crate::problem;

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
    register(&mut state, files);
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

/// Refuses what Nushell can read and an agent cannot do.
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
        // It comes in at the beginning of the body.
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

/// Makes the files known to `use` and `source`, under [`FOLDER`].
fn register(state: &mut StateWorkingSet, files: &[File]) {
    let mut entries: BTreeMap<PathBuf, Vec<VirtualPathId>> = BTreeMap::new();
    let mut folders = BTreeSet::new();
    for file in files {
        let path = Path::new(FOLDER).join(&file.path);
        let name = path.to_string_lossy().into_owned();
        let id = state.add_file(&name, file.text.as_bytes());
        let id = state.add_virtual_path(name, VirtualPath::File(id));
        let mut folder = path.parent();
        if let Some(folder) = folder {
            entries.entry(folder.to_owned()).or_default().push(id);
        }
        while let Some(path) = folder.filter(|path| path.starts_with(FOLDER)) {
            folders.insert(path.to_owned());
            folder = path.parent();
        }
    }
    // From the innermost outwards, so that a folder knows those in it.
    for folder in folders.iter().rev() {
        let inside = entries.remove(folder).unwrap_or_default();
        let name = folder.to_string_lossy().into_owned();
        let id = state.add_virtual_path(name, VirtualPath::Dir(inside));
        if let Some(parent) = folder.parent() {
            entries.entry(parent.to_owned()).or_default().push(id);
        }
    }
    register_ways_up(state, files, &folders);
}

/// Nushell compares virtual paths without resolving `..`, so each is there under
/// the names by which the other folders reach it.
fn register_ways_up(state: &mut StateWorkingSet, files: &[File], folders: &BTreeSet<PathBuf>) {
    if !files.iter().any(|file| file.text.contains("..")) {
        return;
    }
    let root = Path::new(FOLDER);
    let paths: Vec<_> = files.iter().map(|file| root.join(&file.path)).collect();
    for from in folders.iter().filter(|folder| *folder != root) {
        let within = from
            .ancestors()
            .skip(1)
            .take_while(|path| path.starts_with(FOLDER));
        for (up, above) in within.enumerate() {
            let up = from.join("../".repeat(up + 1));
            // A folder is found by the names of what is in it.
            let mut inside: BTreeMap<PathBuf, Vec<VirtualPathId>> = BTreeMap::new();
            for path in &paths {
                let Ok(rest) = path.strip_prefix(above) else {
                    continue;
                };
                let way = up.join(rest);
                let name = way.to_string_lossy().into_owned();
                let target = state.find_virtual_path(&path.to_string_lossy()).cloned();
                let (Some(target), Some(folder)) = (target, way.parent()) else {
                    continue;
                };
                let id = state.add_virtual_path(name, target);
                inside.entry(folder.to_owned()).or_default().push(id);
            }
            for (folder, inside) in inside {
                let name = folder.to_string_lossy().into_owned();
                let _ = state.add_virtual_path(name, VirtualPath::Dir(inside));
            }
        }
    }
}
