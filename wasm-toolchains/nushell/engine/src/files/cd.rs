//! `cd`.

use std::fs;
use std::io::{Error, ErrorKind};
use std::path::PathBuf;

use nu_engine::command_prelude::*;

use crate::files::error::failure;
use crate::files::working_directory::{absolute, working_directory};

/// Changes the working directory.
#[derive(Clone)]
pub struct Cd;

impl Command for Cd {
    fn name(&self) -> &str {
        "cd"
    }

    fn description(&self) -> &str {
        "Change to a granted directory."
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name())
            .input_output_types(vec![(Type::Nothing, Type::Nothing)])
            .switch("physical", "Nothing: links are not followed.", Some('P'))
            .optional("path", SyntaxShape::Directory, "The directory.")
            .category(Category::FileSystem)
    }

    fn run(
        &self,
        engine: &EngineState,
        stack: &mut Stack,
        call: &Call,
        _input: PipelineData,
    ) -> Result<PipelineData, ShellError> {
        let now = working_directory(engine, stack);
        let wanted: Option<Spanned<PathBuf>> = call.opt(engine, stack, 0)?;
        let path = match &wanted {
            None => PathBuf::from("/"),
            Some(path) if path.item.as_os_str() == "-" => stack
                .get_env_var(engine, "OLDPWD")
                .and_then(|folder| folder.as_str().ok())
                .map_or_else(|| now.clone(), PathBuf::from),
            Some(path) => absolute(&path.item, &now),
        };
        let span = wanted.map_or(call.head, |path| path.span);
        let failed = |error| failure("change to", &error, &path, span);
        // The root contains the granted directories, but need not be granted itself.
        if path.parent().is_some() && !fs::metadata(&path).map_err(failed)?.is_dir() {
            return Err(failed(Error::from(ErrorKind::NotADirectory)));
        }
        let text = |path: &PathBuf| Value::string(path.to_string_lossy(), call.head);
        stack.add_env_var("OLDPWD".to_owned(), text(&now));
        stack.add_env_var("PWD".to_owned(), text(&path));
        Ok(PipelineData::empty())
    }
}
