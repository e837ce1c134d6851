//! `flow call`: any export of any component.

mod values;

use std::path::Path;

use flow_runtime::{Kind, Profile, Program, Runtime, TypedComponent, functions};
use nu_plugin::{DynamicCompletionCall, EngineInterface, EvaluatedCall, SimplePluginCommand};
use nu_protocol::engine::ArgType;
use nu_protocol::{
    Category, DynamicSuggestion, Example, LabeledError, Signature, Span, Spanned, SyntaxShape,
    Value,
};

use self::values::{lift, lower, require_values, signature};
use crate::FlowPlugin;
use crate::commands::grants::Granting;
use crate::commands::locate::{self, Loaded};
use crate::shell::environment;
use crate::shell::errors::labeled;
use crate::shell::grants::{self, Flags};
use crate::shell::interrupt::Interrupt;

/// Bytes of the largest component that is compiled for the sake of completing
/// the name of an export: so much takes well under a second.
const COMPLETED: u64 = 1 << 20;

pub(crate) struct Call;

impl SimplePluginCommand for Call {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        "flow call"
    }

    fn description(&self) -> &str {
        "Call an export of a WebAssembly component with values."
    }

    fn extra_description(&self) -> &str {
        "Values cross by their WIT types: record ↔ record, list<record> ↔ table, option ↔ nothing or the value, variant ↔ string or a record of the case, enum ↔ string, flags ↔ list of strings, tuple ↔ list, list<u8> ↔ binary. The `err` of a result is raised as an error. `flow inspect` shows the exports and their types."
    }

    fn signature(&self) -> Signature {
        let signature = Signature::build(self.name())
            // The input means nothing, but in `each {|x| flow call … $x }` there is one.
            .input_output_type(nu_protocol::Type::Any, nu_protocol::Type::Any)
            .required(
                "component",
                SyntaxShape::String,
                "a `.wasm` file, or the directory, source file or name of an agent",
            )
            .required(
                "export",
                SyntaxShape::String,
                "the function: `name`, or `interface#name` where several have that name",
            )
            .rest(
                "arguments",
                SyntaxShape::Any,
                "one value for each parameter",
            )
            .category(Category::Experimental);
        grants::flags(signature)
    }

    fn search_terms(&self) -> Vec<&str> {
        vec![
            "wasm",
            "webassembly",
            "component",
            "wit",
            "invoke",
            "function",
        ]
    }

    fn examples(&self) -> Vec<Example<'_>> {
        vec![
            Example {
                example: "flow call shop.wasm total [[name price count]; [tea 4.5 2] [pot 30.0 1]]",
                description: "Hand a table to a function that takes a list of records",
                result: None,
            },
            Example {
                example: "flow call shop.wasm acme:shop/payments@1.0.0#pay 12 { card: '1234' }",
                description: "Name the interface of the function; hand over a case of a variant",
                result: None,
            },
            Example {
                example: "try { flow call shop.wasm pay 0 cash } catch {|error| $error.msg }",
                description: "Catch the `err` of a result",
                result: None,
            },
        ]
    }

    #[expect(deprecated, reason = "Nushell marks what it may still change this way")]
    fn get_dynamic_completion(
        &self,
        plugin: &FlowPlugin,
        engine: &EngineInterface,
        call: DynamicCompletionCall,
        arg_type: ArgType<'_>,
        _experimental: nu_protocol::engine::ExperimentalMarker,
    ) -> Option<Vec<DynamicSuggestion>> {
        let directory = engine.get_current_dir().ok()?;
        let directory = Path::new(&directory);
        match arg_type {
            ArgType::Positional(0) => Some(locate::suggestions(directory)),
            ArgType::Positional(1) => {
                let component = call.call.positional_nth(0)?.as_string()?;
                let cache = environment::cache(engine, Span::unknown()).ok()?;
                exports(plugin.runtime(&cache), &directory.join(component))
            }
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
        let interrupt = Interrupt::listen(engine)?;
        let directory = engine.get_current_dir()?;
        let directory = Path::new(&directory);
        let flags = Flags::read(call, directory)?;
        let file: Spanned<String> = call.req(0)?;
        let export: Spanned<String> = call.req(1)?;
        let values: Vec<Value> = call.rest(2)?;
        let Loaded { agent, program } =
            locate::load(plugin, engine, &file, directory, &flags, false, &interrupt)?;
        require_component(&program, file.span)?;
        let granting = Granting {
            plugin,
            engine,
            flags: &flags,
            interrupt: &interrupt,
            span: file.span,
        };
        let grants = granting.grants(&agent, false)?;
        let component = TypedComponent::new(program.clone(), grants)
            .map_err(|error| labeled(&error, "this component", file.span))?;
        let function = component
            .function(&export.item)
            .map_err(|error| labeled(&error, "this export", export.span))?;
        require_values(&program, function, export.span)?;
        let arguments = lower(function, &values, call.head)?;
        let mut instance = component
            .spawn(&interrupt.token)
            .map_err(|error| labeled(&error, "this component", file.span))?;
        let answer = instance
            .call(function, &arguments)
            .map_err(|error| labeled(&error, "this export", export.span))?;
        lift(function, answer.as_ref(), export.span)
    }
}

/// Refuses a core module, which has no types to call it by.
fn require_component(program: &Program, span: Span) -> Result<(), LabeledError> {
    // Looking for its functions fails for no other reason.
    if functions(program).is_ok() {
        return Ok(());
    }
    let help = match program.kind() {
        Kind::Command => "run it with `flow run`",
        _ => "make a component of it first: `wasm-tools component new`",
    };
    Err(
        LabeledError::new("cannot call a core module: its exports have no WIT types")
            .with_code("flow::call::module")
            .with_help(help)
            .with_label("this module", span),
    )
}

/// Completions of an export's name: by itself, or with its interface where
/// another has the same.
fn exports(runtime: &Runtime, path: &Path) -> Option<Vec<DynamicSuggestion>> {
    let metadata = std::fs::metadata(path).ok()?;
    if !metadata.is_file() || metadata.len() > COMPLETED {
        return None;
    }
    let program = runtime.load(path, Profile::General).ok()?;
    let functions = functions(&program).ok()?;
    let suggestions = functions.iter().map(|function| {
        let alike = functions.iter().filter(|other| other.name == function.name);
        DynamicSuggestion {
            value: match alike.count() {
                1 => function.name.clone(),
                _ => function.full_name(),
            },
            description: Some(signature(function)),
            append_whitespace: true,
            ..DynamicSuggestion::default()
        }
    });
    Some(suggestions.collect())
}
