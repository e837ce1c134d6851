//! JavaScript to JSON: the answer of a handler, or where it is not JSON.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rquickjs::{
    Array, Atom, Coerced, Ctx, Error, Exception, Function, Object, Value, object::Filter,
};

use crate::{
    classes::{class, kind},
    failure::Failure,
    input::MAX_SAFE_INTEGER,
    interpreter::Interpreter,
    text::{is_identifier, lossy, string},
};

/// Characters of a path that are shown.
const LONGEST: usize = 120;

/// How deep an answer may be nested.
const DEPTH: usize = 400;

/// Why a value cannot be written.
enum WriteError {
    /// It is not JSON; the path to it has its last step first.
    NotJson {
        why: String,
        path: Vec<Step>,
    },
    Thrown(Error),
}

enum Step {
    Key(String),
    Index(usize),
}

impl From<Error> for WriteError {
    fn from(error: Error) -> WriteError {
        WriteError::Thrown(error)
    }
}

impl WriteError {
    fn not_json(why: impl Into<String>) -> WriteError {
        WriteError::NotJson {
            why: why.into(),
            path: Vec::new(),
        }
    }

    fn within(mut self, step: Step) -> WriteError {
        if let WriteError::NotJson { path, .. } = &mut self {
            path.push(step);
        }
        self
    }
}

type Written = std::result::Result<(), WriteError>;

/// The JSON text of a handler's `result`.
pub(crate) fn encode<'js>(
    interpreter: &Interpreter,
    ctx: &Ctx<'js>,
    result: &Value<'js>,
) -> std::result::Result<String, Failure> {
    let mut writer = Writer::new(interpreter, ctx);
    let written = match writer.kind(result) {
        Ok(Some(kind)) if kind == "many" => writer.many(result),
        Ok(_) => writer.value(result),
        Err(error) => Err(error),
    };
    match written {
        Ok(()) => Ok(writer.text),
        Err(WriteError::Thrown(error)) => Err(interpreter.failure(ctx, error)),
        Err(WriteError::NotJson { why, path }) => {
            let place = place("result", &path);
            Err(Failure::new(format!(
                "TypeError: the result is not JSON: `{place}` is {why}"
            )))
        }
    }
}

/// The JSON text of one value, for the memory or another agent.
///
/// # Errors
/// Throws a `TypeError` that names the part of the value that is not JSON.
pub(crate) fn value<'js>(
    interpreter: &Interpreter,
    ctx: &Ctx<'js>,
    value: &Value<'js>,
) -> rquickjs::Result<String> {
    let mut writer = Writer::new(interpreter, ctx);
    match writer.value(value) {
        Ok(()) => Ok(writer.text),
        Err(WriteError::Thrown(error)) => Err(error),
        Err(WriteError::NotJson { why, path }) => {
            let place = place("value", &path);
            let message = format!("the value is not JSON: `{place}` is {why}");
            Err(Exception::throw_type(ctx, &message))
        }
    }
}

/// The expression for a part of `root`; `path` has its last step first.
fn place(root: &str, path: &[Step]) -> String {
    let mut place = root.to_owned();
    for step in path.iter().rev() {
        place += &match step {
            Step::Index(index) => format!("[{index}]"),
            Step::Key(key) if is_identifier(key) => format!(".{key}"),
            Step::Key(key) => format!("[{key:?}]"),
        };
    }
    // The beginning and the end are enough to recognise a long path.
    if place.chars().count() > LONGEST {
        let letters: Vec<_> = place.chars().collect();
        let (start, end) = letters.split_at(letters.len() / 2);
        let start: String = start.iter().take(LONGEST / 2).collect();
        let end: String = end.iter().skip(end.len() - LONGEST / 2).collect();
        place = format!("{start}…{end}");
    }
    place
}

struct Writer<'a, 'js> {
    interpreter: &'a Interpreter,
    ctx: &'a Ctx<'js>,
    text: String,
    /// The objects that contain what is being written.
    ancestors: Vec<Value<'js>>,
}

impl<'a, 'js> Writer<'a, 'js> {
    fn new(interpreter: &'a Interpreter, ctx: &'a Ctx<'js>) -> Self {
        Writer {
            interpreter,
            ctx,
            text: String::new(),
            ancestors: Vec::new(),
        }
    }

    fn many(&mut self, result: &Value<'js>) -> Written {
        self.text.push_str(r#"{"$emit":"#);
        let records: Value<'js> = result.get::<Object<'js>>()?.get("records")?;
        self.value(&records)?;
        self.text.push('}');
        Ok(())
    }

    fn value(&mut self, value: &Value<'js>) -> Written {
        if let Some(integer) = value.as_int() {
            self.text.push_str(&integer.to_string());
        } else if let Some(text) = value.as_string() {
            string(&mut self.text, &lossy(text)?);
        } else if let Some(boolean) = value.as_bool() {
            self.text.push_str(if boolean { "true" } else { "false" });
        } else if value.is_null() || value.is_undefined() {
            self.text.push_str("null");
        } else if let Some(number) = value.as_float() {
            self.number(number)?;
        } else if value.is_big_int() {
            self.bigint(value)?;
        } else if value.is_function() || value.is_symbol() {
            return Err(WriteError::not_json(kind(value)));
        } else if let Some(object) = value.as_object() {
            self.nested(value, object)?;
        } else {
            return Err(WriteError::not_json(kind(value)));
        }
        Ok(())
    }

    fn number(&mut self, number: f64) -> Written {
        if !number.is_finite() {
            let name = match number.is_nan() {
                true => "NaN",
                false if number > 0.0 => "Infinity",
                false => "-Infinity",
            };
            return Err(WriteError::not_json(format!("{name}, which JSON has not")));
        }
        if number.trunc() == number && number.abs() <= MAX_SAFE_INTEGER as f64 {
            self.text.push_str(&(number as i64).to_string());
        } else {
            // The shortest text that reads as the same number, and never as an integer.
            self.text.push_str(&format!("{number:?}"));
        }
        Ok(())
    }

    fn bigint(&mut self, value: &Value<'js>) -> Written {
        let text = value.get::<Coerced<String>>()?.0;
        if text.parse::<i64>().is_err() {
            return Err(WriteError::not_json(format!(
                "{text}n, which does not fit in 64 bits"
            )));
        }
        self.text.push_str(&text);
        Ok(())
    }

    fn nested(&mut self, value: &Value<'js>, object: &Object<'js>) -> Written {
        if self.ancestors.contains(value) {
            return Err(WriteError::not_json("an object that contains itself"));
        }
        if self.ancestors.len() >= DEPTH {
            return Err(WriteError::not_json("nested too deeply"));
        }
        self.ancestors.push(value.clone());
        let written = match object.as_array() {
            Some(array) => self.array(array),
            None => self.object(value, object),
        };
        self.ancestors.pop();
        written
    }

    fn array(&mut self, array: &Array<'js>) -> Written {
        self.text.push('[');
        for index in 0..array.len() {
            if index > 0 {
                self.text.push(',');
            }
            let item: Value<'js> = array.get(index)?;
            self.value(&item)
                .map_err(|error| error.within(Step::Index(index)))?;
        }
        self.text.push(']');
        Ok(())
    }

    fn object(&mut self, value: &Value<'js>, object: &Object<'js>) -> Written {
        let classes = self.interpreter.classes;
        let class = class(value);
        if class != classes.plain
            && let Some(written) = self.special(value, object, class)
        {
            return written;
        }
        match self.kind(value)?.as_deref() {
            Some("duration") => return self.tag("$duration", object, "nanoseconds"),
            Some("filesize") => return self.tag("$filesize", object, "bytes"),
            Some("many") => {
                return Err(WriteError::not_json(
                    "`many`, which is for the whole result, not for a part of it",
                ));
            }
            _ => {}
        }
        let plain: Value<'js> = object.get("toJSON")?;
        if let Some(convert) = plain.as_function() {
            let converted =
                convert.call::<_, Value<'js>>((rquickjs::function::This(value.clone()),))?;
            return self.value(&converted);
        }
        self.text.push('{');
        let mut is_first = true;
        for key in object.own_keys::<Atom<'js>>(Filter::new().string().enum_only()) {
            let key = key?;
            let item: Value<'js> = object.get(key.clone())?;
            if item.is_undefined() {
                continue;
            }
            if !std::mem::take(&mut is_first) {
                self.text.push(',');
            }
            let name = lossy(&key.to_js_string()?)?;
            string(&mut self.text, &name);
            self.text.push(':');
            self.value(&item)
                .map_err(|error| error.within(Step::Key(name)))?;
        }
        self.text.push('}');
        Ok(())
    }

    /// Writes an object of the language that has a form of its own in JSON; none for others.
    fn special(&mut self, value: &Value<'js>, object: &Object<'js>, class: u32) -> Option<Written> {
        let classes = self.interpreter.classes;
        if class == classes.date {
            return Some(self.converted(value, "datetimeText", Some("$datetime")));
        }
        if class == classes.map || class == classes.set {
            return Some(self.converted(value, "plain", None));
        }
        if [
            classes.number,
            classes.string,
            classes.boolean,
            classes.bigint,
        ]
        .contains(&class)
        {
            return Some(self.converted(value, "plain", None));
        }
        if class == classes.promise {
            return Some(Err(WriteError::not_json("a Promise: write `await`")));
        }
        if class == classes.regexp || value.is_error() {
            return Some(Err(WriteError::not_json(kind(value))));
        }
        if let Some(array) = object.as_typed_array::<u8>() {
            self.binary(array.as_bytes().unwrap_or_default());
            return Some(Ok(()));
        }
        if let Some(buffer) = object.as_array_buffer() {
            self.binary(buffer.as_bytes().unwrap_or_default());
            return Some(Ok(()));
        }
        // Other typed arrays are lists.
        let items = self.interpreter.internal(self.ctx, "items");
        match items.and_then(|items| items.call::<_, Value<'js>>((value.clone(),))) {
            Ok(items) if items.is_null() => None,
            Ok(items) => Some(self.value(&items)),
            Err(error) => Some(Err(error.into())),
        }
    }

    fn binary(&mut self, bytes: &[u8]) {
        self.text.push_str(r#"{"$binary":""#);
        STANDARD.encode_string(bytes, &mut self.text);
        self.text.push_str("\"}");
    }

    /// Writes what the function `with`, in JavaScript, makes of `value`.
    fn converted(&mut self, value: &Value<'js>, with: &str, tag: Option<&str>) -> Written {
        let convert = self.interpreter.internal(self.ctx, with)?;
        let converted: Value<'js> = convert.call((value.clone(),))?;
        let Some(tag) = tag else {
            return self.value(&converted);
        };
        if converted.is_null() {
            return Err(WriteError::not_json("a Date that is no date"));
        }
        self.text.push_str(&format!("{{\"{tag}\":"));
        self.value(&converted)?;
        self.text.push('}');
        Ok(())
    }

    fn tag(&mut self, tag: &str, object: &Object<'js>, property: &str) -> Written {
        self.text.push_str(&format!("{{\"{tag}\":"));
        let value: Value<'js> = object.get(property)?;
        self.value(&value)?;
        self.text.push('}');
        Ok(())
    }

    /// The kind of a value of the SDK: `many`, `duration` or `filesize`.
    fn kind(&self, value: &Value<'js>) -> std::result::Result<Option<String>, WriteError> {
        let Some(object) = value.as_object() else {
            return Ok(None);
        };
        if class(value) != self.interpreter.classes.plain {
            return Ok(None);
        }
        let kind: Function<'js> = self.interpreter.internal(self.ctx, "kindOf")?;
        let has_own = object
            .get_prototype()
            .is_some_and(|prototype| prototype.get_prototype().is_some());
        match has_own {
            // Only an instance of a class has a prototype that has one itself.
            true => Ok(kind.call((value.clone(),))?),
            false => Ok(None),
        }
    }
}
