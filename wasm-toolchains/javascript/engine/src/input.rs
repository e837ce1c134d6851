//! JSON to JavaScript. Integers beyond 2^53 become BigInt, and objects whose one key begins
//! with `$` become the values that JSON lacks.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rquickjs::{Array, BigInt, Ctx, Exception, IntoJs, Object, Result, TypedArray, Value, qjs};

use crate::{failure::Failure, interpreter::Interpreter};

/// The largest integer up to which a number holds every one exactly.
pub(crate) const MAX_SAFE_INTEGER: i64 = (1 << 53) - 1;

/// How deep a record may be nested.
const DEPTH: usize = 400;

/// A record as the program sees it.
pub(crate) fn record<'js>(
    interpreter: &Interpreter,
    ctx: &Ctx<'js>,
    text: &str,
) -> Result<Value<'js>> {
    if !is_special(text.as_bytes()) {
        // QuickJS's own parser reads everything else the same way, and is faster.
        return ctx.json_parse(text);
    }
    let mut reader = Reader {
        interpreter,
        ctx,
        text,
        at: 0,
    };
    let value = reader.value(0)?;
    reader.skip_space();
    match reader.at == text.len() {
        true => Ok(value),
        false => Err(reader.syntax_error("more follows")),
    }
}

/// Whether the text may hold a large integer or a tagged value.
fn is_special(text: &[u8]) -> bool {
    let mut digits = 0;
    let mut before = 0;
    for pair in text.windows(2) {
        if let [b'"', b'$'] = pair {
            return true;
        }
    }
    for byte in text {
        if byte.is_ascii_digit() {
            digits += 1;
            if digits == 16 && before != b'.' {
                return true;
            }
        } else {
            digits = 0;
            before = *byte;
        }
    }
    false
}

struct Reader<'a, 'js> {
    interpreter: &'a Interpreter,
    ctx: &'a Ctx<'js>,
    text: &'a str,
    at: usize,
}

impl<'js> Reader<'_, 'js> {
    fn value(&mut self, depth: usize) -> Result<Value<'js>> {
        if depth > DEPTH {
            return Err(self.syntax_error("it is nested too deeply"));
        }
        self.skip_space();
        match self.peek() {
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b'"' => self.string()?.into_js(self.ctx),
            b'-' | b'0'..=b'9' => self.number(),
            b't' => self.word("true", Value::new_bool(self.ctx.clone(), true)),
            b'f' => self.word("false", Value::new_bool(self.ctx.clone(), false)),
            b'n' => self.word("null", Value::new_null(self.ctx.clone())),
            _ => Err(self.syntax_error("a value has to follow")),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value<'js>> {
        self.at += 1;
        let object = Object::new(self.ctx.clone())?;
        let mut keys = 0;
        self.skip_space();
        if self.peek() == b'}' {
            self.at += 1;
            return Ok(object.into_value());
        }
        let tag = loop {
            self.skip_space();
            let key = self.string()?;
            self.skip_space();
            self.expect(b':')?;
            let value = self.value(depth + 1)?;
            define(self.ctx, &object, &key, value);
            keys += 1;
            self.skip_space();
            if self.peek() != b',' {
                break (keys == 1 && key.starts_with('$')).then_some(key);
            }
            self.at += 1;
        };
        self.expect(b'}')?;
        match tag {
            Some(tag) => self.tagged(&tag, object),
            None => Ok(object.into_value()),
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value<'js>> {
        self.at += 1;
        let array = Array::new(self.ctx.clone())?;
        self.skip_space();
        if self.peek() == b']' {
            self.at += 1;
            return Ok(array.into_value());
        }
        let mut index = 0;
        loop {
            array.set(index, self.value(depth + 1)?)?;
            index += 1;
            self.skip_space();
            if self.peek() != b',' {
                break;
            }
            self.at += 1;
        }
        self.expect(b']')?;
        Ok(array.into_value())
    }

    fn string(&mut self) -> Result<String> {
        self.expect(b'"')?;
        let mut string = String::new();
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let Some(length) = rest.find(['"', '\\']) else {
                return Err(self.syntax_error("a string does not end"));
            };
            string.push_str(rest.get(..length).unwrap_or_default());
            self.at += length + 1;
            if rest.as_bytes().get(length) == Some(&b'"') {
                return Ok(string);
            }
            let escape = self.peek();
            self.at += 1;
            string.push(match escape {
                b'n' => '\n',
                b't' => '\t',
                b'r' => '\r',
                b'b' => '\u{8}',
                b'f' => '\u{c}',
                b'u' => self.unit()?,
                b'"' | b'\\' | b'/' => char::from(escape),
                _ => return Err(self.syntax_error("an escape is unknown")),
            });
        }
    }

    /// Reads what follows `\u`: a character, or both halves of a surrogate pair.
    fn unit(&mut self) -> Result<char> {
        let first = self.hexadecimal()?;
        if (0xd800..0xdc00).contains(&first) && self.text.get(self.at..self.at + 2) == Some("\\u") {
            self.at += 2;
            let second = self.hexadecimal()?;
            let pair = [first, second];
            let read = char::decode_utf16(pair).next().and_then(|read| read.ok());
            return Ok(read.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        Ok(char::from_u32(u32::from(first)).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hexadecimal(&mut self) -> Result<u16> {
        let digits = self.text.get(self.at..self.at + 4);
        let unit = digits.and_then(|digits| u16::from_str_radix(digits, 16).ok());
        self.at += 4;
        unit.ok_or_else(|| self.syntax_error("an escape is unknown"))
    }

    fn number(&mut self) -> Result<Value<'js>> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = rest
            .find(|it: char| !matches!(it, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'))
            .unwrap_or(rest.len());
        let digits = rest.get(..end).unwrap_or_default();
        self.at += end;
        let is_integer = !digits.contains(['.', 'e', 'E']);
        if is_integer && let Ok(integer) = digits.parse::<i64>() {
            if (-MAX_SAFE_INTEGER..=MAX_SAFE_INTEGER).contains(&integer) {
                return Ok(Value::new_number(self.ctx.clone(), integer as f64));
            }
            return BigInt::from_i64(self.ctx.clone(), integer)?.into_js(self.ctx);
        }
        match digits.parse::<f64>() {
            Ok(number) => Ok(Value::new_number(self.ctx.clone(), number)),
            Err(_) => Err(self.syntax_error("a number cannot be read")),
        }
    }

    fn word(&mut self, word: &str, value: Value<'js>) -> Result<Value<'js>> {
        if self
            .text
            .get(self.at..)
            .unwrap_or_default()
            .starts_with(word)
        {
            self.at += word.len();
            return Ok(value);
        }
        Err(self.syntax_error("a value has to follow"))
    }

    /// The value that `{"$binary": …}` and its like stand for.
    fn tagged(&self, tag: &str, object: Object<'js>) -> Result<Value<'js>> {
        let value: Value<'js> = object.get(tag)?;
        if tag == "$binary"
            && let Some(text) = value.as_string()
        {
            let bytes = STANDARD.decode(text.to_string()?);
            let bytes = bytes.map_err(|_| self.syntax_error("`$binary` is not base64"))?;
            return Ok(TypedArray::<u8>::new(self.ctx.clone(), bytes)?.into_value());
        }
        let typed = match (tag, value.is_string()) {
            ("$datetime", true) => "datetime",
            ("$duration", false) => "duration",
            ("$filesize", false) => "filesize",
            _ => return Ok(object.into_value()),
        };
        self.interpreter.internal(self.ctx, typed)?.call((value,))
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), b' ' | b'\n' | b'\t' | b'\r') {
            self.at += 1;
        }
    }

    /// The next byte; 0 at the end.
    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    fn expect(&mut self, byte: u8) -> Result<()> {
        if self.peek() != byte {
            return Err(self.syntax_error(&format!("`{}` has to follow", char::from(byte))));
        }
        self.at += 1;
        Ok(())
    }

    fn syntax_error(&self, why: &str) -> rquickjs::Error {
        let message = format!("the record is not JSON at byte {}: {why}", self.at);
        Exception::throw_syntax(self.ctx, &message)
    }
}

/// Sets a property as JSON does: `__proto__` is a name like any other.
fn define<'js>(ctx: &Ctx<'js>, object: &Object<'js>, key: &str, value: Value<'js>) {
    let raw = ctx.as_raw().as_ptr();
    // SAFETY: the atom is freed, and the value's count is raised for the object.
    unsafe {
        let atom = qjs::JS_NewAtomLen(raw, key.as_ptr().cast(), key.len() as _);
        let value = qjs::JS_DupValue(raw, value.as_raw());
        let flags = qjs::JS_PROP_C_W_E as std::ffi::c_int;
        qjs::JS_DefinePropertyValue(raw, object.as_raw(), atom, value, flags);
        qjs::JS_FreeAtom(raw, atom);
    }
}

/// What `initialize-program` reads: `{"entry": …, "files": [{"path", "text"}…]}`.
pub(crate) fn program(
    interpreter: &Interpreter,
    text: &[u8],
) -> std::result::Result<(String, BTreeMap<String, String>), Failure> {
    interpreter.with(|ctx| {
        let read = || -> Result<_> {
            let program: Object<'_> = ctx.json_parse(text.to_vec())?.get()?;
            let entry: String = program.get("entry")?;
            let mut files = BTreeMap::new();
            for file in program.get::<_, Array<'_>>("files")?.iter::<Object<'_>>() {
                let file = file?;
                files.insert(file.get("path")?, file.get("text")?);
            }
            Ok((entry, files))
        };
        read().map_err(|error| {
            let failure = Failure::of(ctx, &BTreeMap::new(), error);
            Failure::new(format!(
                "standard input is not a program in JSON: {}",
                failure.message
            ))
        })
    })
}
