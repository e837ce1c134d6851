//! `flow call`: any export of any component.

mod values;

use std::path::Path;

use flow_run::Loaded;
use flow_runtime::{Kind, Profile, Program, Runtime, TypedComponent, functions};
use nu_protocol::{
    DynamicSuggestion, Example, LabeledError, Signature, Span, Spanned, SyntaxShape, Value,
};

use self::values::{lift, lower, require_values, signature};
use crate::command::{FlowCommand, Request, example};
use crate::commands::agents::{self, Named};
use crate::completion::Completion;
use crate::shell::environment;
use crate::shell::errors::labeled;
use crate::shell::grants::{self, Flags};
use crate::shell::interrupt::Interrupt;

/// Bytes of the largest component that is compiled for the sake of completing
/// the name of an export: so much takes well under a second.
const COMPLETED: u64 = 1 << 20;

pub(crate) struct Call;

impl FlowCommand for Call {
    const NAME: &str = "flow call";
    const DESCRIPTION: &str = "Call an export of a WebAssembly component with values.";
    const EXTRA: &str = "Values cross by their WIT types: record ↔ record, list<record> ↔ table, option ↔ nothing or the value, variant ↔ string or a record of the case, enum ↔ string, flags ↔ list of strings, tuple ↔ list, list<u8> ↔ binary. The `err` of a result is raised as an error. `flow inspect` shows the exports and their types.";
    const SEARCH_TERMS: &[&str] = &[
        "wasm",
        "webassembly",
        "component",
        "wit",
        "invoke",
        "function",
    ];

    fn signature(signature: Signature) -> Signature {
        let signature = signature
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
            );
        grants::flags(signature)
    }

    fn examples() -> Vec<Example<'static>> {
        vec![
            example(
                "flow call shop.wasm total [[name price count]; [tea 4.5 2] [pot 30.0 1]]",
                "Hand a table to a function that takes a list of records",
            ),
            example(
                "flow call shop.wasm acme:shop/payments@1.0.0#pay 12 { card: '1234' }",
                "Name the interface of the function; hand over a case of a variant",
            ),
            example(
                "try { flow call shop.wasm pay 0 cash } catch {|error| $error.msg }",
                "Catch the `err` of a result",
            ),
        ]
    }

    fn complete(completion: &Completion<'_>) -> Option<Vec<DynamicSuggestion>> {
        let directory = completion.directory()?;
        match completion.position()? {
            0 => Some(agents::suggestions(&directory)),
            1 => {
                let component = completion.call.positional_iter().next()?.as_string()?;
                let cache = environment::cache(completion.engine, Span::unknown()).ok()?;
                exports(
                    &completion.plugin.runtime(&cache),
                    &directory.join(component),
                )
            }
            _ => None,
        }
    }

    fn run(
        Request {
            plugin,
            engine,
            call,
        }: Request<'_>,
        _: Value,
    ) -> Result<Value, LabeledError> {
        let interrupt = Interrupt::listen(engine)?;
        let directory = engine.get_current_dir()?;
        let directory = Path::new(&directory);
        let flags = Flags::read(call, directory)?;
        let file: Spanned<String> = call.req(0)?;
        let export: Spanned<String> = call.req(1)?;
        let values: Vec<Value> = call.rest(2)?;
        let named = Named::new(plugin, engine, &flags, &interrupt, file.span)?;
        let Loaded { agent, program } = named.load(&file.item, directory, false)?;
        require_component(&program, file.span)?;
        let granted = named.grants(&agent, false)?;
        let component = TypedComponent::new(program.clone(), granted.grants)
            .map_err(|error| labeled(&error, "this component", file.span))?;
        let function = component
            .function(&export.item)
            .map_err(|error| labeled(&error, "this export", export.span))?;
        require_values(&program, function, export.span)?;
        let arguments = lower(function, &values, call.head)?;
        let mut instance = component
            .spawn(&granted.callees, &interrupt.token)
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
