//! Typed components: a function is called with each record.

use std::sync::Arc;

use flow_run::parallel::{MakeStage, Stage};
use flow_runtime::typed::Val;
use flow_runtime::{
    CancellationToken, Directory, Function, LoadError, Program, TypedComponent, TypedInstance,
};
use nu_protocol::{LabeledError, PipelineData, Span, Value};

use super::job::Job;
use super::stream;
use crate::shell::errors::{error_value, labeled};
use crate::shell::wit::{from_wit, to_wit};

/// Calls the function that `--export` names, or the only one there is.
pub(super) fn run(
    program: Arc<Program>,
    job: Job,
    input: PipelineData,
) -> Result<PipelineData, LabeledError> {
    let options = &job.options;
    let none = "it is a typed component, whose function gets each record";
    options.refuse(!options.arguments.is_empty(), "arguments after `--`", none)?;
    options.refuse(options.input.is_some(), "--input", none)?;
    options.refuse(options.output.is_some(), "--output", none)?;
    options.refuse(
        options.trace,
        "--trace",
        "no agent is called by a typed component",
    )?;
    let agent = options.agent;
    let component = TypedComponent::new(program, job.granted.grants)
        .map_err(|error| labeled(&error, "this agent", agent))?;
    let function = match (&options.export, component.functions()) {
        (Some(name), _) => component
            .function(name)
            .map_err(|error| labeled(&error, "this agent", agent))?,
        (None, [only]) => only,
        (None, []) => {
            let error = LoadError::Export {
                reason: "it exports no function; the file may be truncated".into(),
            };
            return Err(labeled(&error, "this agent", agent));
        }
        (None, several) => {
            let names: Vec<_> = several.iter().map(Function::full_name).collect();
            return Err(LabeledError::new("this component exports no handler")
                .with_code("flow::run::export")
                .with_help(format!(
                    "name the function to call for each record with `--export`: {}",
                    names.join(", ")
                ))
                .with_label("this agent", agent));
        }
    };
    let function = function.clone();
    let isolate = options.isolate;
    let (callees, cancel) = (job.granted.callees, job.interrupt.token.clone());
    let make: MakeStage<Value, Value> = Arc::new(move || {
        Box::new(TypedStage {
            component: component.clone(),
            function: function.clone(),
            isolate,
            agent,
            callees: callees.clone(),
            cancel: cancel.clone(),
            instance: None,
        })
    });
    stream::run(input, options, job.interrupt, make)
}

struct TypedStage {
    component: TypedComponent,
    function: Function,
    isolate: bool,
    agent: Span,
    callees: Directory,
    cancel: CancellationToken,
    instance: Option<TypedInstance>,
}

impl Stage<Value, Value> for TypedStage {
    fn work(&mut self, record: Value) -> Vec<Value> {
        if let Value::Error { .. } = record {
            return vec![record];
        }
        vec![self.result(&record).unwrap_or_else(|failed| failed)]
    }
}

impl TypedStage {
    fn result(&mut self, record: &Value) -> Result<Value, Value> {
        let span = record.span();
        let arguments = self.arguments(record)?;
        let mut instance = match self.instance.take() {
            Some(instance) => instance,
            None => self
                .component
                .spawn(&self.callees, &self.cancel)
                .map_err(|error| error_value(&error, "this agent", self.agent))?,
        };
        let answer = instance
            .call(&self.function, &arguments)
            .map_err(|error| error_value(&error, "on this record", span));
        if instance.is_alive() && !self.isolate {
            self.instance = Some(instance);
        }
        match (answer?, &self.function.result) {
            (Some(value), Some(ty)) => from_wit(&value, ty, span)
                .map_err(|error| error_value(&error, "from this record", span)),
            _ => Ok(Value::nothing(span)),
        }
    }

    /// The only parameter is the record; several are its fields.
    fn arguments(&self, record: &Value) -> Result<Vec<Val>, Value> {
        let misfit = |error: crate::shell::wit::WitError| {
            error_value(&error, "this does not fit the function", error.span())
        };
        match self.function.parameters.as_slice() {
            [] => Ok(Vec::new()),
            [(_, only)] => Ok(vec![to_wit(record, only).map_err(misfit)?]),
            several => several
                .iter()
                .map(|(name, ty)| {
                    let field = record
                        .as_record()
                        .ok()
                        .and_then(|record| record.get(name))
                        .cloned()
                        .unwrap_or_else(|| Value::nothing(record.span()));
                    to_wit(&field, ty).map_err(misfit)
                })
                .collect(),
        }
    }
}
