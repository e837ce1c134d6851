//! Errors of a program, described for the person who wrote it.

use std::collections::BTreeMap;

use rquickjs::{Coerced, Ctx, Error, Function, Object, Value};

use crate::{
    built_in,
    modules::READ_ONLY,
    source_location::{self, Culprit},
    source_map::SourceMap,
};

/// Causes of causes that are shown.
const CAUSES: usize = 8;
/// Frames that are shown.
const FRAMES: usize = 12;

/// What programs expect of other runtimes and does not exist here, and why.
const ABSENT: &[(&str, &str)] = &[
    ("fetch", "agents in JavaScript have no network"),
    ("XMLHttpRequest", "agents in JavaScript have no network"),
    ("WebSocket", "agents in JavaScript have no network"),
    ("Worker", "an agent has one thread"),
    ("require", "write `import`: agents are ES modules"),
    ("module", "write `export`: agents are ES modules"),
    ("exports", "write `export`: agents are ES modules"),
    (
        "__dirname",
        "write `import.meta.url`: agents are ES modules",
    ),
    (
        "__filename",
        "write `import.meta.url`: agents are ES modules",
    ),
    ("Intl", "QuickJS has no tables of languages and regions"),
    ("WebAssembly", "an agent cannot start WebAssembly itself"),
    ("Deno", "agents run in QuickJS; files are in `node:fs`"),
    ("Bun", "agents run in QuickJS; files are in `node:fs`"),
    ("window", "there is no page: write `globalThis`"),
    ("document", "there is no page"),
    ("Blob", "write `Uint8Array` or `Buffer`"),
    ("Request", "agents in JavaScript have no network"),
    ("Response", "agents in JavaScript have no network"),
    ("Headers", "agents in JavaScript have no network"),
];

/// An error of the program, located in its sources.
#[derive(Debug, Clone, Default)]
pub(crate) struct Failure {
    /// One or more lines, without a location.
    pub(crate) message: String,
    /// The file of the innermost frame of the program's own; empty if unknown.
    pub(crate) path: String,
    /// From 1; 0 if unknown.
    pub(crate) line: u32,
    /// From 1; 0 if unknown.
    pub(crate) column: u32,
    /// A line for each frame.
    pub(crate) trace: String,
}

/// A call on the way to the error.
struct Frame {
    function: String,
    path: String,
    line: u32,
    column: u32,
}

impl Failure {
    /// A failure without a location.
    pub(crate) fn new(message: impl Into<String>) -> Failure {
        Failure {
            message: message.into(),
            ..Failure::default()
        }
    }

    /// The failure that `error` stands for; takes the pending exception.
    pub(crate) fn of(ctx: &Ctx<'_>, files: &BTreeMap<String, String>, error: Error) -> Failure {
        match error {
            Error::Exception => Failure::thrown(ctx, files, &ctx.catch()),
            other => Failure::new(other.to_string()),
        }
    }

    /// The failure of a program that threw `value`.
    pub(crate) fn thrown<'js>(
        ctx: &Ctx<'js>,
        files: &BTreeMap<String, String>,
        value: &Value<'js>,
    ) -> Failure {
        let Some(error) = value.as_object().filter(|object| object.is_error()) else {
            return Failure::new(format!("uncaught: {}", inspected(ctx, value)));
        };
        let mut failure = Failure::located(ctx, files, error);
        let mut cause = property(ctx, error, "cause");
        for _ in 0..CAUSES {
            let Some(value) = cause.filter(|value| !value.is_undefined()) else {
                break;
            };
            let Some(error) = value.as_object().filter(|object| object.is_error()) else {
                failure.trace += &format!("\n  caused by: {}", inspected(ctx, &value));
                break;
            };
            let inner = Failure::located(ctx, files, error);
            failure.trace += &format!("\n  caused by: {}{}", inner.message, inner.trace);
            cause = property(ctx, error, "cause");
        }
        failure
    }

    fn located<'js>(
        ctx: &Ctx<'js>,
        files: &BTreeMap<String, String>,
        error: &Object<'js>,
    ) -> Failure {
        let stack = text(ctx, error, "stack").unwrap_or_default();
        let mut frames: Vec<_> = stack.lines().filter_map(Frame::read).collect();
        let mut failure = Failure::new(message(ctx, error));
        // An error in a function of the engine is not at the place of the call.
        let is_own = stack
            .lines()
            .next()
            .is_some_and(|line| Frame::read(line).is_some());
        if let Some(frame) = frames.first_mut().filter(|_| is_own) {
            frame.sharpen(ctx, files, error, &mut failure.message);
        }
        let mut maps = BTreeMap::new();
        for frame in &mut frames {
            frame.count_characters(files);
            frame.map(ctx, files, &mut maps);
        }
        if let Some(first) = frames.first() {
            failure.path.clone_from(&first.path);
            (failure.line, failure.column) = (first.line, first.column);
        }
        for frame in frames.iter().take(FRAMES) {
            failure.trace += &format!("\n    at {frame}");
        }
        if frames.len() > FRAMES {
            failure.trace += &format!("\n    and {} more", frames.len() - FRAMES);
        }
        // Errors of several, as of `Promise.any`.
        if let Some(errors) = property(ctx, error, "errors").and_then(Value::into_array) {
            let errors = errors.iter::<Value<'_>>().flatten().take(CAUSES);
            for value in errors.filter(|value| value.is_error()) {
                if let Some(inner) = value.as_object() {
                    failure.trace += &format!("\n  one of: {}", message(ctx, inner));
                }
            }
        }
        failure
    }

    /// The message and the calls that led to the error.
    pub(crate) fn with_trace(&self) -> String {
        if self.trace.is_empty() && self.line > 0 {
            let place = format!("{}:{}:{}", self.path, self.line, self.column);
            return format!("{}\n    at {place}", self.message);
        }
        format!("{}{}", self.message, self.trace)
    }

    /// One line, with the location in front.
    pub(crate) fn with_location(&self) -> String {
        match (self.path.is_empty(), self.line) {
            (true, _) => self.message.clone(),
            (false, 0) => format!("{}: {}", self.path, self.message),
            (false, line) => format!("{}:{line}:{}: {}", self.path, self.column, self.message),
        }
    }
}

impl std::fmt::Display for Frame {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let place = format!("{}:{}:{}", self.path, self.line, self.column);
        if self.function.is_empty() || self.function == "<anonymous>" {
            return formatter.write_str(&place);
        }
        write!(formatter, "{} ({place})", self.function)
    }
}

impl Frame {
    /// Reads `at name (file:line:column)`; none for a frame that is not the program's.
    fn read(line: &str) -> Option<Frame> {
        let line = line.trim().strip_prefix("at ")?;
        let (function, place) = match line.strip_suffix(')').and_then(|it| it.rsplit_once(" (")) {
            Some((function, place)) => (function, place),
            None => ("", line),
        };
        let mut parts = place.rsplitn(3, ':');
        let column = parts.next()?.parse().ok()?;
        let line = parts.next()?.parse().ok()?;
        let path = parts.next()?;
        let is_internal = path.starts_with("flow:") || path.starts_with("node:") || path == "flow";
        (!is_internal && !path.starts_with('<')).then(|| Frame {
            function: function.to_owned(),
            path: path.trim_start_matches(READ_ONLY).to_owned(),
            line,
            column,
        })
    }

    /// Moves to the name that the error is about. Where a call failed because something is
    /// not a function, the message names it.
    fn sharpen<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        files: &BTreeMap<String, String>,
        error: &Object<'js>,
        description: &mut String,
    ) {
        let Some(source) = files.get(&self.path) else {
            return;
        };
        let Some(start) = source_location::offset(source, self.line, self.column) else {
            return;
        };
        let class = text(ctx, error, "name").unwrap_or_default();
        let message = text(ctx, error, "message").unwrap_or_default();
        if class == "TypeError" && message == "not a function" {
            if let Some((name, is_new)) = source_location::callee(source, start) {
                let what = if is_new { "constructor" } else { "function" };
                *description = format!("TypeError: {name} is not a {what}");
            }
            return;
        }
        let culprit: Option<Culprit<'_>> = source_location::culprit(&class, &message);
        let found = match culprit {
            Some(culprit) => source_location::find(source, start, &culprit),
            None => source_location::unexpected(source, start, &message)
                .filter(|_| class == "SyntaxError"),
        };
        let found = found.and_then(|at| source_location::in_bytes(source, at));
        if let Some((line, column)) = found {
            (self.line, self.column) = (line, column);
        }
    }

    /// Counts the column in characters, as QuickJS does not.
    fn count_characters(&mut self, files: &BTreeMap<String, String>) {
        let place = files.get(&self.path).and_then(|source| {
            let at = source_location::offset(source, self.line, self.column)?;
            source_location::in_characters(source, at)
        });
        if let Some((line, column)) = place {
            (self.line, self.column) = (line, column);
        }
    }

    /// Moves to the source that the frame's file was built from.
    fn map(
        &mut self,
        ctx: &Ctx<'_>,
        files: &BTreeMap<String, String>,
        maps: &mut BTreeMap<String, Option<SourceMap>>,
    ) {
        let map = maps
            .entry(self.path.clone())
            .or_insert_with(|| SourceMap::read(ctx, files.get(&format!("{}.map", self.path))?));
        let found = map
            .as_ref()
            .and_then(|map| map.find(self.line, self.column));
        if let Some((path, line, column)) = found {
            (self.path, self.line, self.column) = (path.to_owned(), line, column);
        }
    }
}

/// `TypeError: not a function`, with what is known about the cause.
fn message<'js>(ctx: &Ctx<'js>, error: &Object<'js>) -> String {
    let name = text(ctx, error, "name").filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| "Error".to_owned());
    let mut message = text(ctx, error, "message").unwrap_or_default();
    if name == "ReferenceError" {
        let absent = message
            .strip_suffix(" is not defined")
            .map(|name| name.trim_matches('\''));
        if let Some((_, why)) = absent.and_then(|name| ABSENT.iter().find(|(it, _)| *it == name)) {
            message = format!("{message}: {why}");
        }
    }
    if let Some(explained) = missing_export(&message) {
        message = explained;
    }
    match message.is_empty() {
        true => name,
        false => format!("{name}: {message}"),
    }
}

/// Explains that a name which is imported is not exported.
fn missing_export(message: &str) -> Option<String> {
    let rest = message.strip_prefix("Could not find export '")?;
    let (name, module) = rest.strip_suffix('\'')?.split_once("' in module '")?;
    if built_in::find(module).is_some() {
        return Some(format!("`{name}` does not exist in `{module}` of an agent"));
    }
    let is_typed = module.ends_with("ts");
    let hint = if is_typed {
        ": a type is imported with `import type`"
    } else {
        ""
    };
    Some(format!("`{name}` is not exported by `{module}`{hint}"))
}

/// A property; none where reading it throws.
fn property<'js>(ctx: &Ctx<'js>, object: &Object<'js>, name: &str) -> Option<Value<'js>> {
    let value = object.get::<_, Value<'js>>(name);
    value
        .inspect_err(|_| {
            ctx.catch();
        })
        .ok()
}

fn text<'js>(ctx: &Ctx<'js>, object: &Object<'js>, name: &str) -> Option<String> {
    let value = property(ctx, object, name)?;
    value
        .is_string()
        .then(|| value.get::<Coerced<String>>().ok())?
        .map(|text| text.0)
}

/// A value as the console shows it.
fn inspected<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> String {
    let inspect = ctx.globals().get::<_, Object<'js>>("console");
    let inspect = inspect.and_then(|console| console.get::<_, Function<'js>>("_inspect"));
    let shown = inspect.and_then(|inspect| inspect.call::<_, String>((value.clone(),)));
    shown.unwrap_or_else(|_| {
        ctx.catch();
        value.type_name().to_owned()
    })
}
