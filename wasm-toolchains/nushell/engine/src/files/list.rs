//! `ls`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use nu_engine::command_prelude::*;
use nu_protocol::{Filesize, NuGlob, PipelineMetadata};

use crate::files::error::failure;
use crate::files::grants;
use crate::files::kind::kind;
use crate::files::patterns::{expand, is_pattern};
use crate::files::working_directory::{absolute, shown, working_directory};

/// Lists the files of a granted directory.
#[derive(Clone)]
pub struct Ls;

#[derive(Clone, Copy)]
struct Options {
    all: bool,
    long: bool,
    short_names: bool,
    full_paths: bool,
    du: bool,
    directory: bool,
    head: Span,
}

impl Command for Ls {
    fn name(&self) -> &str {
        "ls"
    }

    fn description(&self) -> &str {
        "List the names, sizes and modification times of the files in a granted directory."
    }

    fn signature(&self) -> Signature {
        let word = SyntaxShape::OneOf(vec![SyntaxShape::GlobPattern, SyntaxShape::String]);
        Signature::build(self.name())
            .input_output_types(vec![(Type::Nothing, Type::table())])
            .rest("pattern", word, "The directories, files or patterns.")
            .switch("all", "Show hidden files.", Some('a'))
            .switch("long", "Show all that is known of each file.", Some('l'))
            .switch(
                "short-names",
                "Show names without their directory.",
                Some('s'),
            )
            .switch("full-paths", "Show paths from the root.", Some('f'))
            .switch(
                "du",
                "Show as a directory's size that of what is in it.",
                Some('d'),
            )
            .switch(
                "directory",
                "Show the directory, not what is in it.",
                Some('D'),
            )
            .switch("mime-type", "Nothing: the type stays `file`.", Some('m'))
            .switch("threads", "Nothing: an agent has one.", Some('t'))
            .category(Category::FileSystem)
    }

    fn run(
        &self,
        engine: &EngineState,
        stack: &mut Stack,
        call: &Call,
        _input: PipelineData,
    ) -> Result<PipelineData, ShellError> {
        let mut flag = |name| call.has_flag(engine, stack, name);
        let options = Options {
            all: flag("all")?,
            long: flag("long")?,
            short_names: flag("short-names")?,
            full_paths: flag("full-paths")?,
            du: flag("du")?,
            directory: flag("directory")?,
            head: call.head,
        };
        let mut words: Vec<Spanned<NuGlob>> = call.rest(engine, stack, 0)?;
        if words.is_empty() {
            words.push(Spanned {
                item: NuGlob::DoNotExpand(".".to_owned()),
                span: call.head,
            });
        }
        let folder = working_directory(engine, stack);
        let mut rows = Vec::new();
        for word in &words {
            for path in named(engine, word, &folder, options)? {
                rows.push(row(&path, &folder, word.item.as_ref(), options)?);
            }
        }
        let metadata = PipelineMetadata {
            path_columns: vec!["name".to_owned()],
            ..Default::default()
        };
        Ok(Value::list(rows, call.head).into_pipeline_data_with_metadata(metadata))
    }
}

/// The paths that one word stands for: the entries of a directory, else the paths themselves.
fn named(
    engine: &EngineState,
    word: &Spanned<NuGlob>,
    folder: &Path,
    options: Options,
) -> Result<Vec<PathBuf>, ShellError> {
    let text = word.item.as_ref();
    let hidden = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default();
        name.to_string_lossy().starts_with('.')
    };
    let root = Path::new("/");
    let granted = || {
        grants::all()
            .iter()
            .map(|name| absolute(name, root))
            .collect::<Vec<_>>()
    };
    let mut paths = if is_pattern(&word.item) {
        expand(engine, word, folder)?
    } else if absolute(text, folder) == root && !grants::cover(root) && !granted().is_empty() {
        // The root is not granted, but the granted directories are visible from there.
        granted()
    } else {
        let path = absolute(text, folder);
        let failed = |error| failure("list", &error, &path, word.span);
        if options.directory || !fs::metadata(&path).map_err(failed)?.is_dir() {
            return Ok(vec![path]);
        }
        let entries = fs::read_dir(&path).map_err(failed)?;
        let paths = entries.map(|entry| entry.map(|entry| path.join(entry.file_name())));
        paths.collect::<Result<_, _>>().map_err(failed)?
    };
    paths.retain(|path| options.all || !hidden(path));
    paths.sort();
    Ok(paths)
}

fn row(path: &Path, folder: &Path, word: &str, options: Options) -> Result<Value, ShellError> {
    let span = options.head;
    let metadata =
        fs::symlink_metadata(path).map_err(|error| failure("list", &error, path, span))?;
    let name = if options.full_paths {
        path.to_string_lossy().into_owned()
    } else if options.short_names {
        path.file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    } else {
        shown(path, folder, word)
    };
    let mut row = Record::new();
    row.push("name", Value::string(name, span));
    row.push("type", Value::string(kind(metadata.file_type()), span));
    if options.long {
        let target = fs::read_link(path).ok();
        let target = target.map(|target| Value::string(target.to_string_lossy(), span));
        row.push("target", target.unwrap_or_else(|| Value::nothing(span)));
        row.push(
            "readonly",
            Value::bool(metadata.permissions().readonly(), span),
        );
    }
    let size = if options.du && metadata.is_dir() {
        size_of(path)
    } else {
        metadata.len()
    };
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    row.push("size", Value::filesize(Filesize::new(size), span));
    if options.long {
        row.push("created", date(metadata.created().ok(), span));
        row.push("accessed", date(metadata.accessed().ok(), span));
    }
    row.push("modified", date(metadata.modified().ok(), span));
    Ok(Value::record(row, span))
}

fn date(time: Option<SystemTime>, span: Span) -> Value {
    match time {
        Some(time) => Value::date(DateTime::<Utc>::from(time).fixed_offset(), span),
        None => Value::nothing(span),
    }
}

/// The size of all files below `path`, as far as they can be read.
fn size_of(path: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(path) else {
        return 0;
    };
    let sizes = entries.flatten().map(|entry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => size_of(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    });
    sizes.sum()
}
