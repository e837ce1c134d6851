//! The functions in Rust that the engine's modules in JavaScript are built on.

use rquickjs::{
    Coerced, Ctx, Exception, Function, Module, Object, Result, TypedArray, prelude::Func,
};

use crate::{agent_imports, event_loop, file_system, host, random, urls};

/// Creates the globals and modules; returns the functions that JavaScript offers to Rust.
pub(crate) fn install<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let native = Object::new(ctx.clone())?;
    streams(&native)?;
    texts(&native)?;
    machine(&native)?;
    file_system::install(&native)?;
    urls::install(&native)?;
    agent_imports::install(&native)?;
    let globals = ctx.globals();
    globals.set("__native", native)?;
    let promise = Module::import(ctx, "flow:start")?;
    event_loop::run_jobs(ctx)?;
    let started: Object<'js> = promise.result().unwrap_or(Err(rquickjs::Error::Unknown))?;
    globals.remove("__native")?;
    started.get("internal")
}

fn streams(native: &Object<'_>) -> Result<()> {
    let write = |stream: u32, text: Coerced<String>| host::write_all(stream, text.0.as_bytes());
    native.set("write", Func::from(write))?;
    let write = |stream: u32, bytes: TypedArray<'_, u8>| {
        host::write_all(stream, bytes.as_bytes().unwrap_or_default())
    };
    native.set("writeBytes", Func::from(write))?;
    native.set(
        "readInput",
        Function::new(native.ctx().clone(), read_input)?,
    )
}

fn read_input(ctx: Ctx<'_>) -> Result<TypedArray<'_, u8>> {
    TypedArray::new(ctx, host::read_input())
}

fn texts(native: &Object<'_>) -> Result<()> {
    let ctx = native.ctx().clone();
    native.set("encode", Function::new(ctx.clone(), encode)?)?;
    native.set("decode", Function::new(ctx, decode)?)
}

fn encode<'js>(ctx: Ctx<'js>, text: rquickjs::String<'js>) -> Result<TypedArray<'js, u8>> {
    TypedArray::new(ctx, text.to_string()?.into_bytes())
}

/// UTF-8 as a string; `None` where it is none and `fatal` asks for an error.
fn decode(bytes: TypedArray<'_, u8>, fatal: bool) -> Option<String> {
    let bytes = bytes.as_bytes().unwrap_or_default();
    match fatal {
        true => std::str::from_utf8(bytes).ok().map(str::to_owned),
        false => Some(String::from_utf8_lossy(bytes).into_owned()),
    }
}

fn machine(native: &Object<'_>) -> Result<()> {
    let ctx = native.ctx().clone();
    native.set("random", Func::from(random::next))?;
    native.set("randomBytes", Function::new(ctx, random_bytes)?)?;
    native.set("now", Func::from(|| host::monotonic() as f64 / 1e6))?;
    native.set("arguments", Func::from(host::arguments))?;
    native.set("environment", Func::from(host::environment))?;
    native.set(
        "readAllInput",
        Function::new(native.ctx().clone(), read_all_input)?,
    )?;
    let sleep = |milliseconds: f64| {
        let wait = std::time::Duration::try_from_secs_f64(milliseconds / 1000.0);
        host::sleep(wait.unwrap_or_default());
    };
    native.set("sleep", Func::from(sleep))?;
    let exit = |status: i32| -> () { host::exit((status & 0xff) as u8) };
    native.set("exit", Func::from(exit))
}

fn read_all_input(ctx: Ctx<'_>) -> Result<TypedArray<'_, u8>> {
    TypedArray::new(ctx, host::read_all_input())
}

fn random_bytes(ctx: Ctx<'_>, count: usize) -> Result<TypedArray<'_, u8>> {
    let mut bytes = vec![0; count];
    if host::random(&mut bytes).is_none() {
        return Err(Exception::throw_message(
            &ctx,
            "there are no random numbers here",
        ));
    }
    TypedArray::new(ctx, bytes)
}
