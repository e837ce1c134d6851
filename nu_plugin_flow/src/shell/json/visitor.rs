//! The way from the JSON parser's events to values.

use std::cell::{Cell, RefCell};
use std::fmt;

use nu_protocol::{Record, Span, Value};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::error::DecodeError;
use crate::shell::typed::{Expected, Misfit, Tag, fit_to, of_tag, require_columns};
use crate::shell::{MAXIMUM_DEPTH, Path, Segment};

/// The key of an answer of zero or more records.
pub(super) const EMIT: &str = "$emit";

/// From here on a float may have been written as an integer: 2^63.
const WIDE: f64 = 9_223_372_036_854_775_808.0;

/// Records up to this width are searched for repeated keys pair by pair.
const NARROW: usize = 16;

/// What the visitors of one text share.
pub(super) struct Context {
    span: Span,
    /// Whether `$emit` has its meaning.
    pub(super) answers: bool,
    pub(super) emitted: Cell<bool>,
    /// Whether a float came that may stand for an integer beyond i64.
    pub(super) wide: Cell<bool>,
    /// What went wrong, and where: gathered on the way out of an error, since
    /// the parser's own errors carry text only.
    fault: RefCell<Option<DecodeError>>,
    path: RefCell<Path>,
}

impl Context {
    pub(super) fn new(span: Span, answers: bool) -> Context {
        Context {
            span,
            answers,
            emitted: Cell::new(false),
            wide: Cell::new(false),
            fault: RefCell::new(None),
            path: RefCell::new(Path::root()),
        }
    }

    fn refuse<E: Error>(&self, fault: DecodeError) -> E {
        *self.fault.borrow_mut() = Some(fault);
        E::custom("refused")
    }

    fn misfit<E: Error>(&self, misfit: Misfit) -> E {
        self.refuse(DecodeError::Misfit(misfit))
    }

    fn note<T, E>(&self, result: Result<T, E>, segment: impl FnOnce() -> Segment) -> Result<T, E> {
        if result.is_err() {
            self.path.borrow_mut().push_outer(segment());
        }
        result
    }

    /// What `error` of the parser stands for.
    pub(super) fn explain(&self, error: &serde_json::Error, text: &str) -> DecodeError {
        let path = self.path.take();
        match self.fault.take() {
            Some(fault) => fault.at(path),
            None => DecodeError::malformed(error, text, path),
        }
    }
}

/// Reads one value.
#[derive(Clone, Copy)]
pub(super) struct Seed<'c> {
    context: &'c Context,
    expected: Expected<'c>,
    depth: usize,
}

impl<'c> Seed<'c> {
    /// For the value that is the whole text.
    pub(super) fn whole(context: &'c Context, expected: Expected<'c>) -> Seed<'c> {
        Seed {
            context,
            expected,
            depth: 0,
        }
    }

    fn inner<'i>(&self, expected: Expected<'i>) -> Seed<'i>
    where
        'c: 'i,
    {
        Seed {
            context: self.context,
            expected,
            depth: self.depth + 1,
        }
    }

    fn span(&self) -> Span {
        self.context.span
    }

    fn finish<E: Error>(&self, value: Value) -> Result<Value, E> {
        if self.expected.is_anything() {
            return Ok(value);
        }
        fit_to(value, self.expected).map_err(|misfit| self.context.misfit(misfit))
    }

    fn descend<E: Error>(&self) -> Result<(), E> {
        if self.depth >= MAXIMUM_DEPTH {
            let path = Path::root();
            return Err(self.context.refuse(DecodeError::TooDeep { path }));
        }
        Ok(())
    }

    fn next_value<'de, A: MapAccess<'de>>(
        &self,
        map: &mut A,
        expected: Expected<'_>,
        name: &str,
    ) -> Result<Value, A::Error> {
        let value = map.next_value_seed(self.inner(expected));
        self.context.note(value, || Segment::Field(name.to_owned()))
    }

    /// `{"$emit": […]}` as a list.
    fn emit<'de, A: MapAccess<'de>>(&self, map: &mut A) -> Result<Value, A::Error> {
        let items = Expected::ListOf(&self.expected);
        let list = self.next_value(map, items, EMIT)?;
        if map.next_key::<String>()?.is_some() {
            return Err(self.context.refuse(DecodeError::EmitNotAlone));
        }
        self.context.emitted.set(true);
        Ok(list)
    }

    /// Reads the payload of what may be a tag: the native value where it stood
    /// alone, else the key that follows and the payload as a field.
    fn tagged<'de, A: MapAccess<'de>>(&self, map: &mut A, tag: Tag) -> Result<Tagged, A::Error> {
        let payload = self.next_value(map, Expected::Anything, tag.key())?;
        if let Some(next) = map.next_key::<String>()? {
            let field = fit_to(payload, self.expected.column(tag.key(), 0)).map_err(|misfit| {
                let misfit = misfit.under(Segment::Field(tag.key().to_owned()));
                self.context.misfit(misfit)
            })?;
            return Ok(Tagged::Field(field, next));
        }
        let native = of_tag(tag, payload).map_err(|misfit| self.context.misfit(misfit))?;
        self.finish(native).map(Tagged::Native)
    }

    fn record<'de, A: MapAccess<'de>>(
        &self,
        map: &mut A,
        mut record: Record,
        mut next: Option<String>,
    ) -> Result<Value, A::Error> {
        while let Some(name) = next {
            let expected = self.expected.column(&name, record.len());
            let value = self.next_value(map, expected, &name)?;
            record.push(name, value);
            next = map.next_key()?;
        }
        let record = without_repeats(record);
        if self.expected.columns().is_some() {
            require_columns(&record, self.expected, self.span())
                .map_err(|misfit| self.context.misfit(misfit))?;
            return Ok(Value::record(record, self.span()));
        }
        self.finish(Value::record(record, self.span()))
    }
}

enum Tagged {
    Native(Value),
    Field(Value, String),
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        self.finish(Value::bool(value, self.span()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        self.finish(Value::int(value, self.span()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        match i64::try_from(value) {
            Ok(value) => self.visit_i64(value),
            Err(_) => self.visit_f64(value as f64),
        }
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        if value.abs() >= WIDE {
            self.context.wide.set(true);
        }
        self.finish(Value::float(value, self.span()))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        self.finish(Value::string(value, self.span()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        self.finish(Value::string(value, self.span()))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        self.finish(Value::nothing(self.span()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        self.descend()?;
        let item = self.inner(self.expected.item());
        let mut items = Vec::new();
        loop {
            let next = list.next_element_seed(item);
            match self.context.note(next, || Segment::Index(items.len()))? {
                Some(value) => items.push(value),
                None => break,
            }
        }
        let list = Value::list(items, self.span());
        if self.expected.is_list() {
            return Ok(list);
        }
        self.finish(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        self.descend()?;
        let first = map.next_key::<String>()?;
        let mut record = Record::new();
        match first.as_deref() {
            Some(EMIT) if self.depth == 0 && self.context.answers => self.emit(&mut map),
            Some(key) if let Some(tag) = Tag::of_key(key) => match self.tagged(&mut map, tag)? {
                Tagged::Native(value) => Ok(value),
                Tagged::Field(value, next) => {
                    record.push(key, value);
                    self.record(&mut map, record, Some(next))
                }
            },
            _ => self.record(&mut map, record, first),
        }
    }
}

/// Of fields with the same name the last counts, as in Nushell's `from json`.
fn without_repeats(record: Record) -> Record {
    let repeats = if record.len() <= NARROW {
        record.iter().enumerate().any(|(position, (name, _))| {
            let mut later = record.columns().skip(position + 1);
            later.any(|other| other == name)
        })
    } else {
        let names: std::collections::HashSet<&String> = record.columns().collect();
        names.len() < record.len()
    };
    if !repeats {
        return record;
    }
    let mut last: std::collections::HashMap<String, Value> = std::collections::HashMap::new();
    let mut order = Vec::new();
    for (name, value) in record {
        if last.insert(name.clone(), value).is_none() {
            order.push(name);
        }
    }
    let fields = order
        .into_iter()
        .filter_map(|name| last.remove_entry(&name));
    fields.collect()
}
