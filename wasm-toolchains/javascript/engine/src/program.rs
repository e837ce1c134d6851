//! The agent: loaded once, then called or run.

use std::collections::BTreeMap;

use rquickjs::{Coerced, Ctx, Function, Module, Object, Persistent, Promise, Value};

use crate::{
    analysis, answer,
    classes::kind,
    event_loop::{self, Waited},
    failure::Failure,
    host, import_location, input,
    interpreter::{Interpreter, Program},
    modules,
};

/// The answer that drops a record.
const NOTHING: &str = r#"{"$emit":[]}"#;

/// Takes the files of a program. A handler's top level runs.
pub(crate) fn load(
    interpreter: &Interpreter,
    entry: String,
    files: BTreeMap<String, String>,
) -> Result<(), Failure> {
    interpreter.thaw();
    *interpreter.files.borrow_mut() = files;
    let program = interpreter.with(|ctx| {
        let is_handler = {
            let module = modules::declare(ctx, &interpreter.files, &entry)
                .map_err(|error| failure_of_import(interpreter, ctx, error))?;
            let source = interpreter.files.borrow().get(&entry).cloned();
            analysis::of_module(ctx, &module, &source.unwrap_or_default())?.handler
        };
        match is_handler {
            true => handler(interpreter, ctx, &entry),
            false => Ok(Program::Command(entry)),
        }
    })?;
    *interpreter.program.borrow_mut() = Some(program);
    Ok(())
}

/// Runs the top level of the module `entry` and finds its function.
fn handler(interpreter: &Interpreter, ctx: &Ctx<'_>, entry: &str) -> Result<Program, Failure> {
    set_kind(interpreter, ctx, "handler")?;
    let failed = |error| interpreter.failure(ctx, error);
    let module = Module::import(ctx, entry).map_err(failed)?;
    let waited = event_loop::settle(interpreter, ctx, &module).map_err(failed)?;
    interpreter.rejected.forget(ctx, &module);
    let names = match waited {
        Waited::Done => event_loop::result(&module)
            .map_err(|error| failure_of_import(interpreter, ctx, error))?,
        Waited::Never => {
            return Err(Failure {
                path: entry.to_owned(),
                ..Failure::new(
                    "a promise that is awaited at the top level never settles: nothing is left that could settle it",
                )
            });
        }
    };
    log_rejected(interpreter, ctx);
    let names = names
        .into_object()
        .unwrap_or(Object::new(ctx.clone()).map_err(failed)?);
    let default: Value<'_> = names.get("default").map_err(failed)?;
    let named: Value<'_> = names.get("handle").map_err(failed)?;
    let is_class = |value: &Value<'_>| {
        let source = value.get::<Coerced<String>>();
        source.is_ok_and(|source| source.0.starts_with("class"))
    };
    for value in [&default, &named] {
        if let Some(function) = value.as_function().filter(|_| !is_class(value)) {
            return Ok(Program::Handler(Persistent::save(ctx, function.clone())));
        }
    }
    let (what, value) = match default.is_undefined() {
        true => ("`handle`", named),
        false => ("the default export", default),
    };
    Err(Failure {
        path: entry.to_owned(),
        ..Failure::new(format!(
            "{what} of `{entry}` is {}, not a function: write `export default function handle(record) {{ … }}`",
            if value.is_function() {
                "a class".to_owned()
            } else {
                kind(&value)
            }
        ))
    })
}

/// Answers one record.
pub(crate) fn handle(interpreter: &Interpreter, text: &str) -> Result<String, String> {
    interpreter.thaw();
    let function = match &*interpreter.program.borrow() {
        Some(Program::Handler(function)) => function.clone(),
        Some(Program::Command(entry)) => {
            return Err(format!(
                "`{entry}` exports no `handle`: it is a program with standard streams"
            ));
        }
        None => return Err("no agent is loaded".to_owned()),
    };
    interpreter.with(|ctx| {
        let answer = call(interpreter, ctx, function, text);
        answer.map_err(|failure| {
            import_location::locate(failure, &interpreter.files.borrow()).with_trace()
        })
    })
}

fn call<'js>(
    interpreter: &Interpreter,
    ctx: &Ctx<'js>,
    function: Persistent<Function<'static>>,
    text: &str,
) -> Result<String, Failure> {
    let failed = |error| interpreter.failure(ctx, error);
    let record = input::record(interpreter, ctx, text).map_err(failed)?;
    let function = function.restore(ctx).map_err(failed)?;
    let mut result: Value<'js> = function.call((record,)).map_err(failed)?;
    if interpreter.classes.is_generator(&result) {
        let collect = interpreter.internal(ctx, "collect").map_err(failed)?;
        result = collect.call((result,)).map_err(failed)?;
    }
    if interpreter.classes.is_thenable(&result) {
        let adopt = interpreter.internal(ctx, "adopt").map_err(failed)?;
        let promise: Promise<'js> = adopt.call((result,)).map_err(failed)?;
        let waited = event_loop::settle(interpreter, ctx, &promise).map_err(failed)?;
        interpreter.rejected.forget(ctx, &promise);
        match waited {
            Waited::Done => result = event_loop::result(&promise).map_err(failed)?,
            Waited::Never => {
                return Err(Failure::new(
                    "the promise that `handle` returned never settles: nothing is left that could settle it",
                ));
            }
        }
    } else {
        event_loop::run_jobs(ctx).map_err(failed)?;
    }
    log_rejected(interpreter, ctx);
    if result.is_undefined() {
        return Ok(NOTHING.to_owned());
    }
    answer::encode(interpreter, ctx, &result)
}

/// Runs the program to its end. Its failure is written to the log.
pub(crate) fn run(interpreter: &Interpreter) -> Result<(), ()> {
    interpreter.thaw();
    let entry = match &*interpreter.program.borrow() {
        Some(Program::Command(entry)) => entry.clone(),
        Some(Program::Handler(_)) => return refuse("the agent is a handler, not a program"),
        None => return refuse("no program is loaded"),
    };
    interpreter.with(|ctx| {
        let ended = set_kind(interpreter, ctx, "command")
            .and_then(|()| run_to_end(interpreter, ctx, &entry));
        if let Err(failure) = ended {
            return refuse(&failure.with_trace());
        }
        let status = interpreter.internal(ctx, "end");
        match status.and_then(|end| end.call::<_, i32>(())) {
            Ok(0) => Ok(()),
            Ok(status) => host::exit((status & 0xff) as u8),
            Err(error) => refuse(&interpreter.failure(ctx, error).with_trace()),
        }
    })
}

fn run_to_end(interpreter: &Interpreter, ctx: &Ctx<'_>, entry: &str) -> Result<(), Failure> {
    let failed = |error| interpreter.failure(ctx, error);
    let failed_import = |error| failure_of_import(interpreter, ctx, error);
    let module = Module::import(ctx, entry).map_err(failed_import)?;
    loop {
        event_loop::run_jobs(ctx).map_err(failed)?;
        if let Some(Err(error)) = module.result::<Value<'_>>() {
            return Err(failed_import(error));
        }
        if let Some(reason) = interpreter.rejected.take(ctx).first() {
            let files = interpreter.files.borrow();
            return Err(Failure::thrown(ctx, &files, reason));
        }
        if !event_loop::run_timers(interpreter, ctx).map_err(failed)? {
            break;
        }
    }
    match module.result::<Value<'_>>() {
        Some(_) => Ok(()),
        None => Err(Failure::new(format!(
            "a promise that `{entry}` awaits at its top level never settles: nothing is left that could settle it"
        ))),
    }
}

/// Writes `message` to the log, and fails.
fn refuse(message: &str) -> Result<(), ()> {
    host::write_all(host::ERROR, format!("{message}\n").as_bytes());
    Err(())
}

fn set_kind(interpreter: &Interpreter, ctx: &Ctx<'_>, kind: &str) -> Result<(), Failure> {
    interpreter
        .internal(ctx, "setKind")
        .and_then(|set| set.call::<_, ()>((kind,)))
        .map_err(|error| interpreter.failure(ctx, error))
}

/// Logs the rejected promises that nothing handled.
fn log_rejected(interpreter: &Interpreter, ctx: &Ctx<'_>) {
    if interpreter.rejected.is_empty() {
        return;
    }
    for reason in interpreter.rejected.take(ctx) {
        let failure = Failure::thrown(ctx, &interpreter.files.borrow(), &reason);
        let line = format!(
            "a promise was rejected and nobody waited for it: {}\n",
            failure.with_trace()
        );
        host::write_all(host::ERROR, line.as_bytes());
    }
}

/// The failure that `error` stands for, at the import that caused it where it has no
/// location of its own.
fn failure_of_import(interpreter: &Interpreter, ctx: &Ctx<'_>, error: rquickjs::Error) -> Failure {
    let failure = interpreter.failure(ctx, error);
    import_location::locate(failure, &interpreter.files.borrow())
}
