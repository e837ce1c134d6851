//! `flow eval`: several variants on the same input, compared.

mod trial;

use std::path::Path;

use nu_protocol::{Example, LabeledError, Signature, SyntaxShape, Type, Value};

use self::trial::Trial;

use crate::command::{FlowCommand, Request, example};
use crate::shell::grants::{self, Flags};
use crate::shell::interrupt::Interrupt;

pub(crate) struct Eval;

impl FlowCommand for Eval {
    const NAME: &str = "flow eval";
    const DESCRIPTION: &str = "Run every built agent on the same input, and compare them.";
    const EXTRA: &str = "Takes the table of `flow build`, or any table with a column `path`. The variants run one after the other, so that their durations can be compared; compiling is not part of them. A variant that fails is a row.";
    const SEARCH_TERMS: &[&str] = &["wasm", "compare", "variants", "evaluate", "benchmark"];

    fn signature(signature: Signature) -> Signature {
        let signature = signature
            .input_output_types(vec![
                (Type::table(), Type::table()),
                (Type::list(Type::Any), Type::table()),
                (Type::record(), Type::table()),
            ])
            .required("input", SyntaxShape::Any, "a record, or a list of records")
            .switch("isolate", "give every record a fresh instance", Some('i'))
            .switch("count-fuel", "count the fuel that each variant uses", None);
        grants::flags(signature)
    }

    fn examples() -> Vec<Example<'static>> {
        vec![example(
            "flow provision rust 3 | flow build | flow eval (open orders.json)",
            "Build three variants and compare what they make of the orders",
        )]
    }

    fn run(
        Request {
            plugin,
            engine,
            call,
        }: Request<'_>,
        input: Value,
    ) -> Result<Value, LabeledError> {
        let directory = engine.get_current_dir()?;
        let directory = Path::new(&directory);
        let trial = Trial {
            plugin,
            engine,
            directory,
            flags: Flags::read(call, directory)?,
            input: call.req(0)?,
            isolate: call.has_flag("isolate")?,
            count_fuel: call.has_flag("count-fuel")?,
            interrupt: Interrupt::listen(engine)?,
        };
        let variants = match input {
            Value::List { vals, .. } => vals.to_vec(),
            single => vec![single.clone()],
        };
        if variants.is_empty() {
            return Err(LabeledError::new("nothing to evaluate: the table is empty")
                .with_code("flow::eval::empty")
                .with_help("hand it the table of `flow build`")
                .with_label("here", call.head));
        }
        let rows = variants
            .iter()
            .map(|variant| trial.row(variant, call.head))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Value::list(rows, call.head))
    }
}
