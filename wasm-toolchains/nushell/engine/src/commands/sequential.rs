//! `par-each`, `interleave` and `tee`, which use threads in Nushell. An agent has one
//! thread, on which they do the same work sequentially.

use nu_engine::{ClosureEval, ClosureEvalOnce, command_prelude::*};
use nu_protocol::engine::Closure;

/// Calls a closure for each item.
#[derive(Clone)]
pub struct ParEach;

/// Interleaves the results of several closures.
#[derive(Clone)]
pub struct Interleave;

/// Passes the input to a closure, and on.
#[derive(Clone)]
pub struct Tee;

impl Command for ParEach {
    fn name(&self) -> &str {
        "par-each"
    }

    fn description(&self) -> &str {
        "Run a closure on each item: in an agent, which has one thread, in turn and in order."
    }

    fn signature(&self) -> Signature {
        let closure = SyntaxShape::Closure(Some(vec![SyntaxShape::Any]));
        let list = || Type::List(Box::new(Type::Any));
        Signature::build(self.name())
            .input_output_types(vec![
                (list(), list()),
                (Type::table(), list()),
                (Type::Any, Type::Any),
            ])
            .named(
                "threads",
                SyntaxShape::Int,
                "Nothing: an agent has one.",
                Some('t'),
            )
            .switch(
                "keep-order",
                "Nothing: the order is always kept.",
                Some('k'),
            )
            .required("closure", closure, "The closure.")
            .category(Category::Filters)
    }

    fn run(
        &self,
        engine: &EngineState,
        stack: &mut Stack,
        call: &Call,
        input: PipelineData,
    ) -> Result<PipelineData, ShellError> {
        let head = call.head;
        let closure: Closure = call.req(engine, stack, 0)?;
        match input {
            PipelineData::Empty => return Ok(PipelineData::empty()),
            PipelineData::Value(ref value, _)
                if !matches!(value, Value::List { .. } | Value::Range { .. }) =>
            {
                let value = input.into_value(head)?;
                return ClosureEvalOnce::new(engine, stack, closure).run_with_value(value);
            }
            _ => {}
        }
        let mut evaluated = ClosureEval::new(engine, stack, closure);
        let items = input.into_iter().filter_map(move |value| {
            let span = value.span();
            if matches!(value, Value::Error { .. }) {
                return Some(value);
            }
            let result = evaluated.run_with_value(value);
            match result.and_then(|data| data.into_value(head)) {
                Ok(Value::Nothing { .. }) => None,
                Ok(value) => Some(value),
                Err(error) => Some(Value::error(error.into_chained(span), span)),
            }
        });
        Ok(items.into_pipeline_data(head, engine.signals().clone()))
    }
}

impl Command for Interleave {
    fn name(&self) -> &str {
        "interleave"
    }

    fn description(&self) -> &str {
        "Join the streams of several closures: in an agent, one item of each in turn."
    }

    fn signature(&self) -> Signature {
        let list = || Type::List(Box::new(Type::Any));
        Signature::build(self.name())
            .input_output_types(vec![(list(), list()), (Type::Nothing, list())])
            .named(
                "buffer-size",
                SyntaxShape::Int,
                "Nothing: nothing waits.",
                Some('b'),
            )
            .rest("closures", SyntaxShape::Closure(None), "The closures.")
            .category(Category::Filters)
    }

    fn run(
        &self,
        engine: &EngineState,
        stack: &mut Stack,
        call: &Call,
        input: PipelineData,
    ) -> Result<PipelineData, ShellError> {
        let closures: Vec<Closure> = call.rest(engine, stack, 0)?;
        let mut streams = Vec::new();
        if !matches!(input, PipelineData::Empty) {
            streams.push(input.into_iter());
        }
        for closure in closures {
            let data = ClosureEvalOnce::new(engine, stack, closure)
                .run_with_input(PipelineData::empty())?;
            streams.push(data.into_iter());
        }
        let mut turn = 0;
        let items = std::iter::from_fn(move || {
            while !streams.is_empty() {
                turn %= streams.len();
                if let Some(item) = streams.get_mut(turn).and_then(Iterator::next) {
                    turn += 1;
                    return Some(item);
                }
                drop(streams.remove(turn));
            }
            None
        });
        Ok(items.into_pipeline_data(call.head, engine.signals().clone()))
    }
}

impl Command for Tee {
    fn name(&self) -> &str {
        "tee"
    }

    fn description(&self) -> &str {
        "Hand the input to a closure, and on: in an agent, on when the closure has ended."
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name())
            .input_output_types(vec![(Type::Any, Type::Any)])
            .switch("stderr", "Nothing: only programs have one.", Some('e'))
            .required("closure", SyntaxShape::Closure(None), "The closure.")
            .category(Category::Filters)
    }

    fn run(
        &self,
        engine: &EngineState,
        stack: &mut Stack,
        call: &Call,
        mut input: PipelineData,
    ) -> Result<PipelineData, ShellError> {
        let closure: Closure = call.req(engine, stack, 0)?;
        let metadata = input.take_metadata();
        let value = input.into_value(call.head)?;
        ClosureEvalOnce::new(engine, stack, closure)
            .run_with_input(PipelineData::value(value.clone(), metadata.clone()))?
            .drain()?;
        Ok(PipelineData::value(value, metadata))
    }
}
