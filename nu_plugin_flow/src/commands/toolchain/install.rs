//! `flow toolchain install`: fetches a toolchain and gets it ready.

use std::path::Path;
use std::time::Instant;

use flow_build::toolchain;
use flow_runtime::{PYODIDE, PythonAgent};
use nu_plugin::{DynamicCompletionCall, EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::engine::ArgType;
use nu_protocol::{
    Category, DynamicSuggestion, Example, IntoValue, LabeledError, Signature, Spanned, SyntaxShape,
    Type, Value, record,
};

use crate::FlowPlugin;
use crate::commands::words;
use crate::shell::environment;
use crate::shell::errors::labeled;
use crate::shell::interrupt::Interrupt;

pub(crate) struct Install;

/// The toolchains that flow fetches.
const NAMES: [&str; 1] = ["python"];

impl SimplePluginCommand for Install {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow toolchain install"
    }

    fn description(&self) -> &str {
        "Install a toolchain, and get it ready to run."
    }

    fn extra_description(&self) -> &str {
        "`python` is Pyodide, CPython compiled to WebAssembly: npm fetches it, or it is copied from `--from`; its files are checked by their digests, compiled, and a snapshot of the started interpreter is kept. An installation that was interrupted or damaged is made anew. Node is not needed afterwards."
    }

    fn signature(&self) -> Signature {
        let columns = [
            ("toolchain", Type::String),
            ("version", Type::String),
            ("path", Type::String),
            ("cached", Type::Bool),
            ("duration", Type::Duration),
        ];
        let columns = columns.map(|(name, ty)| (name.to_owned(), ty));
        Signature::build(self.name())
            .input_output_type(Type::Nothing, Type::Record(columns.into_iter().collect()))
            .required("toolchain", SyntaxShape::String, "which: `python`")
            .named(
                "from",
                SyntaxShape::Directory,
                "folder with the files of the npm package, instead of fetching it",
                None,
            )
            .category(Category::Experimental)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec!["python", "pyodide", "setup", "fetch", "engine"]
    }

    fn examples(&self) -> Vec<Example<'_>> {
        vec![
            Example {
                example: "flow toolchain install python",
                description: "Fetch Pyodide with npm, and compile it",
                result: None,
            },
            Example {
                example: "flow toolchain install python --from node_modules/pyodide",
                description: "Install from a folder, without a network",
                result: None,
            },
        ]
    }

    #[expect(
        deprecated,
        reason = "the only way to complete, marked as experimental"
    )]
    fn get_dynamic_completion(
        &self,
        _plugin: &FlowPlugin,
        _engine: &EngineInterface,
        _call: DynamicCompletionCall,
        argument: ArgType<'_>,
        _experimental: nu_protocol::engine::ExperimentalMarker,
    ) -> Option<Vec<DynamicSuggestion>> {
        match argument {
            ArgType::Positional(0) => Some(words::suggest(NAMES)),
            _ => None,
        }
    }

    fn run(
        &self,
        plugin: &FlowPlugin,
        engine: &EngineInterface,
        call: &EvaluatedCall,
        _input: &Value,
    ) -> Result<Value, LabeledError> {
        let begun = Instant::now();
        let interrupt = Interrupt::listen(engine)?;
        let name: Spanned<String> = call.req(0)?;
        if !NAMES.contains(&name.item.as_str()) {
            return Err(
                LabeledError::new(format!("unknown toolchain: `{}`", name.item))
                    .with_code("flow::toolchain::unknown")
                    .with_help(format!("use one of: `{}`", NAMES.join("`, `")))
                    .with_label("this toolchain", name.span),
            );
        }
        let from: Option<Spanned<String>> = call.get_flag("from")?;
        let directory = engine.get_current_dir()?;
        let cache = environment::cache(engine, name.span)?;
        let folder = from
            .as_ref()
            .map(|from| Path::new(&directory).join(&from.item));
        let span = from.as_ref().map_or(name.span, |from| from.span);
        let installed = toolchain::install_python(&cache, folder.as_deref(), &interrupt.flag)
            .map_err(|error| labeled(&error, "this toolchain", span))?;
        // Compiles it, and takes the snapshot from which agents start.
        let agent = PythonAgent::default();
        plugin
            .runtime(&cache)
            .load_python(&installed.path, &agent)
            .map_err(|error| labeled(&error, "this toolchain", span))?;
        let duration = i64::try_from(begun.elapsed().as_nanos()).unwrap_or(i64::MAX);
        let row = record! {
            "toolchain" => Value::string(name.item, name.span),
            "version" => Value::string(PYODIDE, call.head),
            "path" => installed.path.into_value(call.head),
            "cached" => Value::bool(installed.cached, call.head),
            "duration" => Value::duration(duration, call.head),
        };
        Ok(Value::record(row, call.head))
    }
}
