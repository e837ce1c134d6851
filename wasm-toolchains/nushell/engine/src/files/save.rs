//! `save`.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use nu_engine::command_prelude::*;
use nu_engine::eval_call;
use nu_protocol::debugger::WithoutDebug;
use nu_protocol::shell_error::generic::GenericError;
use nu_protocol::shell_error::io::{ErrorKind, IoError};
use nu_protocol::{DataSource, ast};

use crate::files::error::failure;
use crate::files::grants;
use crate::files::working_directory::{absolute, working_directory};

/// Writes a file.
#[derive(Clone)]
pub struct Save;

/// The file to write, and how to write it.
struct Target {
    path: PathBuf,
    span: Span,
    append: bool,
    force: bool,
}

impl Command for Save {
    fn name(&self) -> &str {
        "save"
    }

    fn description(&self) -> &str {
        "Save a file in a granted directory, converting what is saved by its extension (avoid that with `--raw`)."
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name())
            .input_output_types(vec![(Type::Any, Type::Nothing)])
            .required("filename", SyntaxShape::Filepath, "The file to write.")
            .named(
                "stderr",
                SyntaxShape::Filepath,
                "Not in an agent.",
                Some('e'),
            )
            .switch("raw", "Do not convert what is saved.", Some('r'))
            .switch("append", "Write behind what is in the file.", Some('a'))
            .switch("force", "Overwrite the file.", Some('f'))
            .switch("progress", "Nothing: an agent has no terminal.", Some('p'))
            .category(Category::FileSystem)
    }

    fn run(
        &self,
        engine: &EngineState,
        stack: &mut Stack,
        call: &Call,
        input: PipelineData,
    ) -> Result<PipelineData, ShellError> {
        if let Some(stderr) = call.get_flag::<Value>(engine, stack, "stderr")? {
            let message = "`save --stderr` is for programs, and an agent starts none";
            return Err(GenericError::new(message, "leave it out", stderr.span()).into());
        }
        let path: Spanned<PathBuf> = call.req(engine, stack, 0)?;
        let target = Target {
            path: absolute(&path.item, &working_directory(engine, stack)),
            span: path.span,
            append: call.has_flag(engine, stack, "append")?,
            force: call.has_flag(engine, stack, "force")?,
        };
        target.check(&input)?;
        let raw = call.has_flag(engine, stack, "raw")?;
        let converted = match extension(&input, &target.path, raw) {
            Some(extension) => convert(engine, stack, &extension, input, call.head)?,
            None => input,
        };
        target.write(converted, call.head)?;
        Ok(PipelineData::empty())
    }
}

/// The extension by which to convert; none for text and bytes.
fn extension(input: &PipelineData, path: &Path, raw: bool) -> Option<String> {
    let plain = matches!(
        input,
        PipelineData::ByteStream(..) | PipelineData::Value(Value::String { .. }, _)
    );
    let extension = path.extension().filter(|_| !raw && !plain);
    extension.map(|extension| extension.to_string_lossy().into_owned())
}

fn convert(
    engine: &EngineState,
    stack: &mut Stack,
    extension: &str,
    input: PipelineData,
    head: Span,
) -> Result<PipelineData, ShellError> {
    let Some(converter) = engine.find_decl(format!("to {extension}").as_bytes(), &[]) else {
        return Ok(input);
    };
    let mut conversion = ast::Call::new(head);
    conversion.decl_id = converter;
    eval_call::<WithoutDebug>(engine, stack, &conversion, input)
}

impl Target {
    /// Refuses to overwrite a file, and to write to the file that is being read.
    fn check(&self, input: &PipelineData) -> Result<(), ShellError> {
        let source = input.metadata_ref().map(|metadata| &metadata.data_source);
        let streams = !matches!(input, PipelineData::Value(..) | PipelineData::Empty);
        if streams && matches!(source, Some(DataSource::FilePath(path)) if *path == self.path) {
            let message = "pipeline input and output are the same file";
            let label = format!("`{}` is still being read", self.path.display());
            return Err(GenericError::new(message, label, self.span)
                .with_help("collect the input first: `| collect | save …`")
                .into());
        }
        if !self.append && !self.force && self.path.exists() {
            let label = format!("`{}` already exists", self.path.display());
            return Err(GenericError::new("Destination file already exists", label, self.span)
                .with_help("overwrite it with `--force`, or write behind what is in it with `--append`")
                .into());
        }
        Ok(())
    }

    /// Writes the input. A value is converted before the file is opened.
    fn write(&self, input: PipelineData, head: Span) -> Result<(), ShellError> {
        let failed = |error: io::Error| failure("save", &error, &self.path, self.span);
        match input {
            PipelineData::ByteStream(stream, _) => {
                let mut file = self.open()?;
                if let Some(mut reader) = stream.reader() {
                    io::copy(&mut reader, &mut file).map_err(failed)?;
                }
                Ok(())
            }
            PipelineData::ListStream(stream, _) => {
                let mut file = io::BufWriter::new(self.open()?);
                for value in stream {
                    file.write_all(&bytes(value, head)?).map_err(failed)?;
                    file.write_all(b"\n").map_err(failed)?;
                }
                file.flush().map_err(failed)
            }
            PipelineData::Value(value, _) => {
                let bytes = bytes(value, head)?;
                self.open()?.write_all(&bytes).map_err(failed)
            }
            PipelineData::Empty => self.open().map(drop),
        }
    }

    fn open(&self) -> Result<File, ShellError> {
        let mut options = OpenOptions::new();
        options.create(true);
        if self.append {
            options.append(true);
        } else {
            options.write(true).truncate(true);
        }
        options.open(&self.path).map_err(|error| {
            // A new file is only missing where its folder is.
            let parent = self.path.parent().filter(|parent| grants::cover(parent));
            match parent.filter(|_| error.kind() == io::ErrorKind::NotFound) {
                Some(parent) => {
                    IoError::new(ErrorKind::DirectoryNotFound, self.span, parent.to_owned()).into()
                }
                None => failure("save", &error, &self.path, self.span),
            }
        })
    }
}

fn bytes(value: Value, head: Span) -> Result<Vec<u8>, ShellError> {
    match value {
        Value::Binary { val, .. } => Ok(val.into_owned()),
        Value::Error { error, .. } => Err(*error),
        Value::List { vals, .. } => {
            let mut text = Vec::new();
            for value in vals {
                text.extend(bytes(value, head)?);
                text.push(b'\n');
            }
            Ok(text)
        }
        other => {
            let (kind, span) = (other.get_type(), other.span());
            let text = other.coerce_into_string().map_err(|_| ShellError::UnsupportedInput {
                msg: format!("cannot save a {kind} as it is: convert it first, such as `| to json`, or give the file an extension that says how"),
                input: "it comes from here".to_owned(),
                msg_span: head,
                input_span: span,
            })?;
            Ok(text.into_bytes())
        }
    }
}
