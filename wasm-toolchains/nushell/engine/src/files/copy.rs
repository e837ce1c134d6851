//! `cp` and `mv`.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use nu_engine::command_prelude::*;
use nu_protocol::NuGlob;
use nu_protocol::shell_error::generic::GenericError;

use crate::files::error::failure;
use crate::files::grants;
use crate::files::patterns::expand;
use crate::files::working_directory::{absolute, working_directory};

/// Copies files.
#[derive(Clone)]
pub struct Cp;

/// Moves files.
#[derive(Clone)]
pub struct Mv;

impl Command for Cp {
    fn name(&self) -> &str {
        "cp"
    }

    fn description(&self) -> &str {
        "Copy files in granted directories."
    }

    fn signature(&self) -> Signature {
        signature(self.name())
            .switch(
                "recursive",
                "Copy directories with what is in them.",
                Some('r'),
            )
            .input_output_types(vec![(Type::Nothing, Type::Nothing)])
    }

    fn run(
        &self,
        engine: &EngineState,
        stack: &mut Stack,
        call: &Call,
        _input: PipelineData,
    ) -> Result<PipelineData, ShellError> {
        let recursive = call.has_flag(engine, stack, "recursive")?;
        transfer(engine, stack, call, |from, to, span, target| {
            let directory =
                fs::metadata(from).map_err(|error| failure("copy", &error, from, span))?;
            if directory.is_dir() && !recursive {
                let message = format!("`{}` is a directory", from.display());
                return Err(GenericError::new(message, "not copied", span)
                    .with_help("copy it with what is in it: `cp --recursive`")
                    .into());
            }
            // Opening the copy would empty the file before it is read.
            if from == to {
                let message = format!("`{}` cannot be copied onto itself", from.display());
                return Err(GenericError::new(message, "not copied", span).into());
            }
            copy(from, to).map_err(|error| failure("copy to", &error, to, target))
        })
    }
}

impl Command for Mv {
    fn name(&self) -> &str {
        "mv"
    }

    fn description(&self) -> &str {
        "Move or rename files in granted directories."
    }

    fn signature(&self) -> Signature {
        signature(self.name()).input_output_types(vec![(Type::Nothing, Type::Nothing)])
    }

    fn run(
        &self,
        engine: &EngineState,
        stack: &mut Stack,
        call: &Call,
        _input: PipelineData,
    ) -> Result<PipelineData, ShellError> {
        transfer(engine, stack, call, |from, to, span, target| {
            match fs::rename(from, to) {
                // The paths are in two different granted directories.
                Err(error) if error.kind() == ErrorKind::CrossesDevices => copy(from, to)
                    .and_then(|()| remove(from))
                    .map_err(|error| failure("move to", &error, to, target)),
                Err(error) if !grants::cover(to) => Err(failure("move to", &error, to, target)),
                ended => ended.map_err(|error| failure("move", &error, from, span)),
            }
        })
    }
}

fn signature(name: &str) -> Signature {
    let word = SyntaxShape::OneOf(vec![SyntaxShape::GlobPattern, SyntaxShape::String]);
    Signature::build(name)
        .switch("force", "Nothing: what is there is overwritten.", Some('f'))
        .switch("verbose", "Nothing: what was done is not told.", Some('v'))
        .switch("progress", "Nothing: an agent has no terminal.", Some('p'))
        .switch("no-clobber", "Overwrite nothing.", Some('n'))
        .switch("interactive", "Nothing: there is nobody to ask.", Some('i'))
        .switch(
            "all",
            "Nothing: a pattern names hidden files too.",
            Some('a'),
        )
        .switch("update", "Overwrite only what is older.", Some('u'))
        .rest(
            "paths",
            word,
            "The files, and behind them the place to put them.",
        )
        .category(Category::FileSystem)
}

/// Calls `work` for each file with its path, its new path, and the spans of both.
fn transfer(
    engine: &EngineState,
    stack: &mut Stack,
    call: &Call,
    work: impl Fn(&Path, &Path, Span, Span) -> Result<(), ShellError>,
) -> Result<PipelineData, ShellError> {
    let no_clobber = call.has_flag(engine, stack, "no-clobber")?;
    let update = call.has_flag(engine, stack, "update")?;
    let mut words: Vec<Spanned<NuGlob>> = call.rest(engine, stack, 0)?;
    let folder = working_directory(engine, stack);
    let (target, place) = match words.pop() {
        Some(target) if !words.is_empty() => (absolute(target.item.as_ref(), &folder), target.span),
        _ => {
            return Err(ShellError::MissingParameter {
                param_name: "the place to put the files".to_owned(),
                span: call.head,
            });
        }
    };
    for word in &words {
        for from in expand(engine, word, &folder)? {
            let to = inside(&target, &from);
            let keep = (no_clobber && to.exists()) || (update && !newer(&from, &to));
            if !keep {
                work(&from, &to, word.span, place)?;
            }
        }
    }
    Ok(PipelineData::empty())
}

fn inside(target: &Path, from: &Path) -> PathBuf {
    match from.file_name() {
        Some(name) if target.is_dir() => target.join(name),
        _ => target.to_owned(),
    }
}

fn newer(from: &Path, to: &Path) -> bool {
    let time = |path: &Path| {
        fs::metadata(path)
            .and_then(|metadata| metadata.modified())
            .ok()
    };
    match (time(from), time(to)) {
        (Some(from), Some(to)) => from > to,
        _ => true,
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if !fs::metadata(from)?.is_dir() {
        // Not `fs::copy`, which also sets permissions: WASI has none.
        let mut source = fs::File::open(from)?;
        let mut target = fs::File::create(to)?;
        io::copy(&mut source, &mut target)?;
        return Ok(());
    }
    if to.starts_with(from) {
        return Err(io::Error::new(
            ErrorKind::InvalidInput,
            "a directory cannot be copied into itself",
        ));
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let name = entry?.file_name();
        copy(&from.join(&name), &to.join(&name))?;
    }
    Ok(())
}

fn remove(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    }
}
