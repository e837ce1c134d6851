//! `glob`.

use std::fs;
use std::path::Path;

use nu_engine::command_prelude::*;
use nu_protocol::NuGlob;
use nu_protocol::shell_error::generic::GenericError;

use crate::files::error::failure;
use crate::files::patterns::{before_pattern, in_granted};
use crate::files::working_directory::{absolute, working_directory};

/// The most patterns that the braces of one may stand for.
const ALTERNATIVES: usize = 1024;

/// Finds files by patterns.
#[derive(Clone)]
pub struct Glob;

impl Command for Glob {
    fn name(&self) -> &str {
        "glob"
    }

    fn description(&self) -> &str {
        "List the files of granted directories whose paths match a pattern, from the root."
    }

    fn signature(&self) -> Signature {
        let word = SyntaxShape::OneOf(vec![SyntaxShape::String, SyntaxShape::GlobPattern]);
        let patterns = SyntaxShape::List(Box::new(SyntaxShape::String));
        Signature::build(self.name())
            .input_output_types(vec![(Type::Nothing, Type::List(Box::new(Type::String)))])
            .required(
                "glob",
                word,
                "The pattern: `*`, `**`, `?`, `[a-z]`, `{a,b}`.",
            )
            .named("depth", SyntaxShape::Int, "How deep to look.", Some('d'))
            .switch("no-dir", "Leave out directories.", Some('D'))
            .switch("no-file", "Leave out files.", Some('F'))
            .switch("no-symlink", "Leave out links.", Some('S'))
            .named(
                "exclude",
                patterns,
                "Patterns of paths to leave out.",
                Some('e'),
            )
            .category(Category::FileSystem)
    }

    fn run(
        &self,
        engine: &EngineState,
        stack: &mut Stack,
        call: &Call,
        _input: PipelineData,
    ) -> Result<PipelineData, ShellError> {
        let word: Spanned<NuGlob> = call.req(engine, stack, 0)?;
        let depth: Option<usize> = call.get_flag(engine, stack, "depth")?;
        let exclude: Option<Vec<String>> = call.get_flag(engine, stack, "exclude")?;
        let no_dir = call.has_flag(engine, stack, "no-dir")?;
        let no_file = call.has_flag(engine, stack, "no-file")?;
        let no_symlink = call.has_flag(engine, stack, "no-symlink")?;
        let folder = working_directory(engine, stack);
        let excluded = exclude.unwrap_or_default();
        let excluded = excluded.iter().map(|pattern| compile(pattern, word.span));
        let excluded = excluded.collect::<Result<Vec<_>, _>>()?;
        let mut found = Vec::new();
        let patterns = alternatives(word.item.as_ref()).into_iter();
        for pattern in patterns.flat_map(|pattern| in_granted(&pattern, &folder)) {
            let start = absolute(before_pattern(&pattern), &folder);
            if pattern.contains(['*', '?', '[']) {
                let read = fs::read_dir(&start);
                read.map_err(|error| failure("list", &error, &start, word.span))?;
            }
            let whole = absolute(&pattern, &folder);
            let steps = start.components().count();
            let signals = engine.signals().clone();
            let paths = nu_glob::glob(&whole.to_string_lossy(), signals)
                .map_err(|error| malformed(&error, word.span))?;
            found.extend(paths.flatten().filter(|path| {
                let relative = path.strip_prefix(&folder).unwrap_or(path);
                let deep = path.components().count().saturating_sub(steps);
                depth.is_none_or(|depth| deep <= depth)
                    && wanted(path, no_dir, no_file, no_symlink)
                    && !excluded
                        .iter()
                        .any(|pattern| pattern.matches_path(relative))
            }));
        }
        found.sort();
        found.dedup();
        let span = call.head;
        let found = found
            .iter()
            .map(|path| Value::string(path.to_string_lossy(), span));
        Ok(Value::list(found.collect(), span).into_pipeline_data())
    }
}

fn wanted(path: &Path, no_dir: bool, no_file: bool, no_symlink: bool) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| {
        let kind = metadata.file_type();
        !(no_dir && kind.is_dir() || no_file && kind.is_file() || no_symlink && kind.is_symlink())
    })
}

fn compile(pattern: &str, span: Span) -> Result<nu_glob::Pattern, ShellError> {
    nu_glob::Pattern::new(pattern).map_err(|error| malformed(&error, span))
}

fn malformed(error: &nu_glob::PatternError, span: Span) -> ShellError {
    GenericError::new("not a pattern", error.to_string(), span).into()
}

/// The patterns without braces that a pattern with `{a,b}` stands for.
fn alternatives(pattern: &str) -> Vec<String> {
    let mut done = Vec::new();
    let mut open = vec![pattern.to_owned()];
    while let Some(pattern) = open.pop() {
        let parts = pattern.find('{').and_then(|start| {
            let (before, rest) = pattern.split_at_checked(start)?;
            let end = closing(rest)?;
            Some((before, rest.get(1..end)?, rest.get(end + 1..)?))
        });
        match parts {
            Some((before, inside, after)) if done.len() + open.len() < ALTERNATIVES => {
                let choices = choices(inside).into_iter().rev();
                open.extend(choices.map(|choice| format!("{before}{choice}{after}")));
            }
            _ => done.push(pattern),
        }
    }
    done
}

/// The offset of the brace that closes the one at the beginning.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    text.char_indices().find_map(|(index, character)| {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(index)
    })
}

fn choices(inside: &str) -> Vec<String> {
    let mut choices = vec![String::new()];
    let mut depth = 0;
    for character in inside.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                choices.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = choices.last_mut() {
            last.push(character);
        }
    }
    choices
}
