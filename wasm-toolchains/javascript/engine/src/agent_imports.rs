//! The interfaces that an agent imports, durable memory and calls of other agents, for
//! `sdk/flow.js`. Values are converted like records and answers.

use rquickjs::{Ctx, Exception, Function, Object, Result, Value};

use crate::{answer, bindings::flow::agent, input, interpreter::Interpreter};

/// A namespace or an agent, and a key.
type Text<'js> = rquickjs::String<'js>;

/// Adds the functions to `native`.
pub(crate) fn install(native: &Object<'_>) -> Result<()> {
    let ctx = native.ctx().clone();
    native.set("memoryGet", Function::new(ctx.clone(), get)?)?;
    native.set("memorySet", Function::new(ctx.clone(), set)?)?;
    native.set("memoryDelete", Function::new(ctx.clone(), delete)?)?;
    native.set("memoryKeys", Function::new(ctx.clone(), keys)?)?;
    native.set(
        "memoryCompareAndSet",
        Function::new(ctx.clone(), compare_and_set)?,
    )?;
    native.set("call", Function::new(ctx, call)?)
}

/// The host's answer, or its refusal as an error of the SDK.
fn answered<T>(ctx: &Ctx<'_>, answer: std::result::Result<T, String>) -> Result<T> {
    answer.or_else(|message| {
        let refusal = Interpreter::running()?.internal(ctx, "refusal")?;
        Err(ctx.throw(refusal.call((message,))?))
    })
}

/// A value as the JSON text that the host takes.
fn json<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> Result<String> {
    if value.is_undefined() {
        return Err(Exception::throw_type(ctx, "undefined has no form in JSON"));
    }
    answer::value(Interpreter::running()?, ctx, value)
}

fn read<'js>(ctx: &Ctx<'js>, text: &str) -> Result<Value<'js>> {
    input::record(Interpreter::running()?, ctx, text)
}

/// The value of a key; undefined where it is absent.
fn get<'js>(ctx: Ctx<'js>, namespace: Text<'js>, key: Text<'js>) -> Result<Value<'js>> {
    let held = agent::memory::get(&namespace.to_string()?, &key.to_string()?);
    match answered(&ctx, held)? {
        Some(text) => read(&ctx, &text),
        None => Ok(Value::new_undefined(ctx)),
    }
}

/// Sets a key, for `expires_in` nanoseconds where that is a number.
fn set<'js>(
    ctx: Ctx<'js>,
    namespace: Text<'js>,
    key: Text<'js>,
    value: Value<'js>,
    expires_in: Option<f64>,
) -> Result<()> {
    let value = json(&ctx, &value)?;
    // The SDK has checked its bounds; the conversion saturates.
    let expires_in = expires_in.map(|nanoseconds| nanoseconds as u64);
    let (namespace, key) = (namespace.to_string()?, key.to_string()?);
    answered(
        &ctx,
        agent::memory::set(&namespace, &key, &value, expires_in),
    )
}

fn delete<'js>(ctx: Ctx<'js>, namespace: Text<'js>, key: Text<'js>) -> Result<bool> {
    let deleted = agent::memory::delete(&namespace.to_string()?, &key.to_string()?);
    answered(&ctx, deleted)
}

/// All keys with a prefix, in order.
fn keys<'js>(ctx: Ctx<'js>, namespace: Text<'js>, prefix: Text<'js>) -> Result<Vec<String>> {
    let (namespace, prefix) = (namespace.to_string()?, prefix.to_string()?);
    let mut keys = Vec::new();
    let mut cursor = None;
    loop {
        let page = agent::memory::list_keys(&namespace, &prefix, cursor.as_deref());
        let page = answered(&ctx, page)?;
        keys.extend(page.keys);
        cursor = page.cursor;
        if cursor.is_none() {
            return Ok(keys);
        }
    }
}

/// Sets a key that holds `expected`; undefined where it has to be absent.
fn compare_and_set<'js>(
    ctx: Ctx<'js>,
    namespace: Text<'js>,
    key: Text<'js>,
    expected: Value<'js>,
    value: Value<'js>,
) -> Result<bool> {
    let expected = match expected.is_undefined() {
        true => None,
        false => Some(json(&ctx, &expected)?),
    };
    let value = json(&ctx, &value)?;
    let (namespace, key) = (namespace.to_string()?, key.to_string()?);
    let set = agent::memory::compare_and_set(&namespace, &key, expected.as_deref(), &value);
    answered(&ctx, set)
}

/// The answer of another agent.
fn call<'js>(ctx: Ctx<'js>, agent: Text<'js>, input: Value<'js>) -> Result<Value<'js>> {
    let input = json(&ctx, &input)?;
    let answer = agent::peers::call(&agent.to_string()?, &input);
    read(&ctx, &answered(&ctx, answer)?)
}
