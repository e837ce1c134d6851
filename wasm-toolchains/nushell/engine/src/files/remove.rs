//! `rm`.

use std::fs;
use std::io::ErrorKind;

use nu_engine::command_prelude::*;
use nu_protocol::NuGlob;
use nu_protocol::shell_error::generic::GenericError;

use crate::files::error::failure;
use crate::files::patterns::expand;
use crate::files::working_directory::working_directory;

/// Removes files for good.
#[derive(Clone)]
pub struct Rm;

impl Command for Rm {
    fn name(&self) -> &str {
        "rm"
    }

    fn description(&self) -> &str {
        "Remove files in granted directories, for good."
    }

    fn signature(&self) -> Signature {
        let word = SyntaxShape::OneOf(vec![SyntaxShape::GlobPattern, SyntaxShape::String]);
        Signature::build(self.name())
            .input_output_types(vec![(Type::Nothing, Type::Nothing)])
            .rest("paths", word, "The files to remove.")
            .switch("trash", "Not in an agent: there is no trash.", Some('t'))
            .switch("permanent", "Nothing: it always is.", Some('p'))
            .switch(
                "recursive",
                "Remove directories with what is in them.",
                Some('r'),
            )
            .switch("force", "Say nothing of what is not there.", Some('f'))
            .switch(
                "all",
                "Remove hidden files too where a pattern names them.",
                Some('a'),
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
        if call.has_flag(engine, stack, "trash")? {
            let message = "an agent has no trash";
            return Err(GenericError::new(message, "`--trash`", call.head).into());
        }
        let recursive = call.has_flag(engine, stack, "recursive")?;
        let force = call.has_flag(engine, stack, "force")?;
        let words: Vec<Spanned<NuGlob>> = call.rest(engine, stack, 0)?;
        if words.is_empty() {
            return Err(ShellError::MissingParameter {
                param_name: "the files to remove".to_owned(),
                span: call.head,
            });
        }
        let folder = working_directory(engine, stack);
        for word in &words {
            for path in expand(engine, word, &folder)? {
                let ended = match fs::symlink_metadata(&path) {
                    Ok(metadata) if metadata.is_dir() && recursive => fs::remove_dir_all(&path),
                    Ok(metadata) if metadata.is_dir() => fs::remove_dir(&path),
                    Ok(_) => fs::remove_file(&path),
                    Err(error) => Err(error),
                };
                match ended {
                    Err(error) if force && error.kind() == ErrorKind::NotFound => {}
                    Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => {
                        let message = format!("`{}` is not empty", path.display());
                        return Err(GenericError::new(message, "not removed", word.span)
                            .with_help("remove it with what is in it: `rm --recursive`")
                            .into());
                    }
                    ended => ended.map_err(|error| failure("remove", &error, &path, word.span))?,
                }
            }
        }
        Ok(PipelineData::empty())
    }
}
