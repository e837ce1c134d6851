//! What the parts in JavaScript are given by Rust, and those parts themselves.

use std::cell::Cell;

use rquickjs::{
    Coerced, Ctx, Exception, Function, Module, Object, Result, TypedArray, prelude::Func,
};

use crate::{agents, files, host};

/// The engine's modules, by the names under which programs import them. Those that
/// begin with `flow:` are for the engine itself.
pub(crate) const BUILT_IN: &[(&str, &str)] = &[
    ("flow", include_str!("../../sdk/flow.js")),
    ("flow:inspect", include_str!("js/inspect.js")),
    ("flow:console", include_str!("js/console.js")),
    ("flow:encoding", include_str!("js/encoding.js")),
    ("flow:timers", include_str!("js/timers.js")),
    ("flow:clone", include_str!("js/clone.js")),
    ("flow:events", include_str!("js/event_target.js")),
    ("flow:nothing", ""),
    ("flow:records", include_str!("js/records.js")),
    ("flow:start", include_str!("js/start.js")),
    ("node:assert", include_str!("js/assert.js")),
    (
        "node:assert/strict",
        r#"export * from "node:assert"; export { default } from "node:assert";"#,
    ),
    ("node:buffer", include_str!("js/buffer.js")),
    ("node:crypto", include_str!("js/crypto.js")),
    ("node:events", include_str!("js/events.js")),
    ("node:fs", include_str!("js/fs.js")),
    ("node:fs/promises", include_str!("js/fs_promises.js")),
    ("node:os", include_str!("js/os.js")),
    ("node:path", include_str!("js/path.js")),
    (
        "node:path/posix",
        r#"export * from "node:path"; export { default } from "node:path";"#,
    ),
    (
        "node:perf_hooks",
        "export const performance = globalThis.performance; export default { performance };",
    ),
    ("node:process", include_str!("js/process.js")),
    ("node:readline", include_str!("js/readline.js")),
    ("node:timers", include_str!("js/node_timers.js")),
    (
        "node:timers/promises",
        include_str!("js/timers_promises.js"),
    ),
    ("node:url", include_str!("js/url.js")),
    ("node:util", include_str!("js/node_util.js")),
];

/// The module of the engine that a program calls `name`, with or without `node:`.
pub(crate) fn built_in(name: &str) -> Option<(&'static str, &'static str)> {
    let is_called = |known: &str| known == name || known.strip_prefix("node:") == Some(name);
    BUILT_IN.iter().find(|(known, _)| is_called(known)).copied()
}

thread_local! {
    /// The state of `Math.random`; 0 until it is first asked for.
    static RANDOM: Cell<u64> = const { Cell::new(0) };
}

/// Makes `Math.random` begin anew.
pub(crate) fn reseed() {
    RANDOM.set(0);
}

/// The next number of `Math.random`: xorshift64*, seeded by the host.
fn random() -> f64 {
    let mut state = RANDOM.get();
    while state == 0 {
        let mut seed = [0; 8];
        if host::random(&mut seed).is_none() {
            seed = (host::monotonic() | 1).to_le_bytes();
        }
        state = u64::from_le_bytes(seed);
    }
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    RANDOM.set(state);
    // The upper 53 bits, as many as a number between 0 and 1 has.
    let bits = state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11;
    bits as f64 / (1u64 << 53) as f64
}

/// Makes all globals and modules; returns what the parts in JavaScript offer to Rust.
pub(crate) fn install<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let native = Object::new(ctx.clone())?;
    streams(&native)?;
    texts(&native)?;
    machine(&native)?;
    files::install(&native)?;
    crate::urls::install(&native)?;
    agents::install(&native)?;
    let globals = ctx.globals();
    globals.set("__native", native)?;
    let promise = Module::import(ctx, "flow:start")?;
    crate::event_loop::run_jobs(ctx)?;
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
    native.set("random", Func::from(random))?;
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
