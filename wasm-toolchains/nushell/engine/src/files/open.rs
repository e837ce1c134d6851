//! `open`.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{Error, ErrorKind};
use std::path::Path;

use nu_engine::command_prelude::*;
use nu_engine::eval_call;
use nu_protocol::debugger::WithoutDebug;
use nu_protocol::shell_error::generic::GenericError;
use nu_protocol::{DataSource, NuGlob, PipelineMetadata, ast};

use crate::files::error::failure;
use crate::files::patterns::expand;
use crate::files::working_directory::working_directory;

/// Reads files and parses them by their extensions.
#[derive(Clone)]
pub struct Open;

impl Command for Open {
    fn name(&self) -> &str {
        "open"
    }

    fn description(&self) -> &str {
        "Load a file of a granted directory, converting it by its extension (avoid that with `--raw`)."
    }

    fn signature(&self) -> Signature {
        let word = SyntaxShape::OneOf(vec![SyntaxShape::GlobPattern, SyntaxShape::String]);
        Signature::build(self.name())
            .input_output_types(vec![
                (Type::Nothing, Type::Any),
                (Type::String, Type::Any),
                (Type::Any, Type::Any),
            ])
            .rest("files", word, "The files to open.")
            .switch("raw", "Do not convert what is in the file.", Some('r'))
            .category(Category::FileSystem)
    }

    fn run(
        &self,
        engine: &EngineState,
        stack: &mut Stack,
        call: &Call,
        input: PipelineData,
    ) -> Result<PipelineData, ShellError> {
        let raw = call.has_flag(engine, stack, "raw")?;
        let mut words: Vec<Spanned<NuGlob>> = call.rest(engine, stack, 0)?;
        if words.is_empty() {
            words.push(from_pipeline(input, call.head)?);
        }
        let folder = working_directory(engine, stack);
        let mut opened = Vec::new();
        for word in &words {
            for path in expand(engine, word, &folder)? {
                opened.push(open(engine, stack, call.head, &path, word.span, raw)?);
            }
        }
        if opened.len() > 1 {
            let all = opened.into_iter().flatten();
            return Ok(all.into_pipeline_data(call.head, engine.signals().clone()));
        }
        Ok(opened.pop().unwrap_or_else(PipelineData::empty))
    }
}

fn from_pipeline(input: PipelineData, head: Span) -> Result<Spanned<NuGlob>, ShellError> {
    let PipelineData::Value(name, _) = input else {
        return Err(ShellError::MissingParameter {
            param_name: "the name of a file".to_owned(),
            span: head,
        });
    };
    let span = name.span();
    let item = NuGlob::Expand(name.coerce_into_string()?);
    Ok(Spanned { item, span })
}

fn open(
    engine: &EngineState,
    stack: &mut Stack,
    head: Span,
    path: &Path,
    span: Span,
    raw: bool,
) -> Result<PipelineData, ShellError> {
    let failed = |error: Error| failure("open", &error, path, span);
    if fs::metadata(path).map_err(failed)?.is_dir() {
        return Err(failed(Error::from(ErrorKind::IsADirectory)));
    }
    let file = File::open(path).map_err(failed)?;
    let stream = ByteStream::file(file, head, engine.signals().clone());
    let metadata = PipelineMetadata {
        data_source: DataSource::FilePath(path.to_owned()),
        ..Default::default()
    };
    let stream = PipelineData::byte_stream(stream, Some(metadata));
    let converter = extensions(path)
        .into_iter()
        .filter(|_| !raw)
        .find_map(|extension| {
            let converter = engine.find_decl(format!("from {extension}").as_bytes(), &[])?;
            Some((converter, extension))
        });
    let Some((converter, extension)) = converter else {
        return Ok(stream);
    };
    let conversion = ast::Call {
        decl_id: converter,
        head,
        arguments: vec![],
        parser_info: HashMap::new(),
    };
    eval_call::<WithoutDebug>(engine, stack, &conversion, stream).map_err(|inner| {
        let shown = path.display();
        let message = format!("cannot read `{shown}` as {extension}");
        let label = format!("`from {extension}` failed");
        GenericError::new(message, label, span)
            .with_help(format!("open it as it is: `open --raw {shown}`"))
            .with_inner([inner])
            .into()
    })
}

/// The extensions of a path, longest first: `tar.gz` and `gz` for `a.tar.gz`.
fn extensions(path: &Path) -> Vec<String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut rest = name.to_lowercase();
    let mut extensions = Vec::new();
    while let Some((_, extension)) = rest.split_once('.') {
        extensions.push(extension.to_owned());
        rest = extension.to_owned();
    }
    extensions
}
