//! `mkdir` and `touch`.

use std::fs::{self, FileTimes, OpenOptions};
use std::io;
use std::path::Path;
use std::time::SystemTime;

use chrono::{DateTime, FixedOffset};
use nu_engine::command_prelude::*;
use nu_protocol::NuGlob;

use crate::files::error::failure;
use crate::files::working_directory::{absolute, working_directory};

/// Makes directories.
#[derive(Clone)]
pub struct Mkdir;

/// Makes empty files, and sets times.
#[derive(Clone)]
pub struct Touch;

impl Command for Mkdir {
    fn name(&self) -> &str {
        "mkdir"
    }

    fn description(&self) -> &str {
        "Create directories in granted ones, with those above them."
    }

    fn signature(&self) -> Signature {
        let word = SyntaxShape::OneOf(vec![SyntaxShape::GlobPattern, SyntaxShape::Directory]);
        Signature::build(self.name())
            .input_output_types(vec![(Type::Nothing, Type::Nothing)])
            .rest("rest", word, "The directories to create.")
            .switch("verbose", "Nothing: what was done is not told.", Some('v'))
            .category(Category::FileSystem)
    }

    fn run(
        &self,
        engine: &EngineState,
        stack: &mut Stack,
        call: &Call,
        _input: PipelineData,
    ) -> Result<PipelineData, ShellError> {
        each(engine, stack, call, "create", make)
    }
}

/// Not `fs::create_dir_all`, which begins at the root: that need not be granted.
fn make(path: &Path) -> io::Result<()> {
    match fs::create_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            make(path.parent().ok_or(error)?)?;
            fs::create_dir(path)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        ended => ended,
    }
}

impl Command for Touch {
    fn name(&self) -> &str {
        "touch"
    }

    fn description(&self) -> &str {
        "Create empty files in granted directories, or set their times."
    }

    fn signature(&self) -> Signature {
        let word = SyntaxShape::OneOf(vec![SyntaxShape::GlobPattern, SyntaxShape::String]);
        Signature::build(self.name())
            .input_output_types(vec![(Type::Nothing, Type::Nothing)])
            .rest("files", word, "The files.")
            .named(
                "timestamp",
                SyntaxShape::DateTime,
                "This time, not now.",
                Some('t'),
            )
            .switch("modified", "Set only the time of modification.", Some('m'))
            .switch("access", "Set only the time of access.", Some('a'))
            .switch("no-create", "Create nothing.", Some('c'))
            .category(Category::FileSystem)
    }

    fn run(
        &self,
        engine: &EngineState,
        stack: &mut Stack,
        call: &Call,
        _input: PipelineData,
    ) -> Result<PipelineData, ShellError> {
        let wanted: Option<DateTime<FixedOffset>> = call.get_flag(engine, stack, "timestamp")?;
        let time = wanted.map_or_else(SystemTime::now, SystemTime::from);
        let modified = call.has_flag(engine, stack, "modified")?;
        let access = call.has_flag(engine, stack, "access")?;
        let create = !call.has_flag(engine, stack, "no-create")?;
        let mut times = FileTimes::new();
        if modified || !access {
            times = times.set_modified(time);
        }
        if access || !modified {
            times = times.set_accessed(time);
        }
        each(engine, stack, call, "touch", |path| {
            if !create && !path.exists() {
                return Ok(());
            }
            let file = OpenOptions::new().create(create).append(true).open(path)?;
            file.set_times(times)
        })
    }
}

/// Calls `work` with the path of each word.
fn each(
    engine: &EngineState,
    stack: &mut Stack,
    call: &Call,
    action: &str,
    work: impl Fn(&Path) -> io::Result<()>,
) -> Result<PipelineData, ShellError> {
    let words: Vec<Spanned<NuGlob>> = call.rest(engine, stack, 0)?;
    if words.is_empty() {
        return Err(ShellError::MissingParameter {
            param_name: "at least one path".to_owned(),
            span: call.head,
        });
    }
    let folder = working_directory(engine, stack);
    for word in &words {
        let path = absolute(word.item.as_ref(), &folder);
        work(&path).map_err(|error| failure(action, &error, &path, word.span))?;
    }
    Ok(PipelineData::empty())
}
