//! The way from the JSON parser's events to values.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::error::DecodeError;
use crate::fit::convert::of_tag;
use crate::fit::expected::Expected;
use crate::fit::fitting::{fit_to, require_columns};
use crate::fit::misfit::Misfit;
use crate::path::{MAXIMUM_DEPTH, Path, Segment};
use crate::tags::{EMIT, Tag};
use crate::values::Values;

/// From here on a float may have been written as an integer: 2^63.
const WIDE: f64 = 9_223_372_036_854_775_808.0;

/// Records up to this width are searched for repeated keys pair by pair.
const NARROW: usize = 16;

/// What the visitors of one text share.
pub(super) struct Context<'v, V> {
    values: &'v V,
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

impl<'v, V> Context<'v, V> {
    pub(super) fn new(values: &'v V, answers: bool) -> Context<'v, V> {
        Context {
            values,
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

/// The fields of a record that is being read.
type Fields<V> = Vec<(String, <V as Values>::Value)>;

/// Reads one value.
pub(super) struct Seed<'c, V> {
    context: &'c Context<'c, V>,
    expected: Expected<'c>,
    depth: usize,
}

impl<V> Clone for Seed<'_, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for Seed<'_, V> {}

impl<'c, V: Values> Seed<'c, V> {
    /// For the value that is the whole text.
    pub(super) fn whole(context: &'c Context<'c, V>, expected: Expected<'c>) -> Seed<'c, V> {
        Seed {
            context,
            expected,
            depth: 0,
        }
    }

    fn inner<'i>(&self, expected: Expected<'i>) -> Seed<'i, V>
    where
        'c: 'i,
    {
        Seed {
            context: self.context,
            expected,
            depth: self.depth + 1,
        }
    }

    fn values(&self) -> &'c V {
        self.context.values
    }

    fn finish<E: Error>(&self, value: V::Value) -> Result<V::Value, E> {
        if self.expected.is_anything() {
            return Ok(value);
        }
        fit_to(self.values(), value, self.expected).map_err(|misfit| self.context.misfit(misfit))
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
    ) -> Result<V::Value, A::Error> {
        let value = map.next_value_seed(self.inner(expected));
        self.context.note(value, || Segment::Field(name.to_owned()))
    }

    /// `{"$emit": […]}` as a list.
    fn emit<'de, A: MapAccess<'de>>(&self, map: &mut A) -> Result<V::Value, A::Error> {
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
    fn tagged<'de, A: MapAccess<'de>>(
        &self,
        map: &mut A,
        tag: Tag,
    ) -> Result<Tagged<V::Value>, A::Error> {
        let payload = self.next_value(map, Expected::Anything, tag.key())?;
        if let Some(next) = map.next_key::<String>()? {
            let field = fit_to(self.values(), payload, self.expected.column(tag.key(), 0))
                .map_err(|misfit| {
                    let misfit = misfit.under(Segment::Field(tag.key().to_owned()));
                    self.context.misfit(misfit)
                })?;
            return Ok(Tagged::Field(field, next));
        }
        let native =
            of_tag(self.values(), tag, payload).map_err(|misfit| self.context.misfit(misfit))?;
        self.finish(native).map(Tagged::Native)
    }

    fn record<'de, A: MapAccess<'de>>(
        &self,
        map: &mut A,
        mut fields: Fields<V>,
        mut next: Option<String>,
    ) -> Result<V::Value, A::Error> {
        while let Some(name) = next {
            let expected = self.expected.column(&name, fields.len());
            let value = self.next_value(map, expected, &name)?;
            fields.push((name, value));
            next = map.next_key()?;
        }
        let fields = without_repeats(fields);
        if self.expected.columns().is_some() {
            require_columns(
                || fields.iter().map(|(name, _)| name.as_str()),
                self.expected,
            )
            .map_err(|misfit| self.context.misfit(misfit))?;
            return Ok(self.values().record(fields));
        }
        self.finish(self.values().record(fields))
    }
}

enum Tagged<T> {
    Native(T),
    Field(T, String),
}

impl<'de, V: Values> DeserializeSeed<'de> for Seed<'_, V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, V: Values> Visitor<'de> for Seed<'_, V> {
    type Value = V::Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<V::Value, E> {
        self.finish(self.values().bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<V::Value, E> {
        self.finish(self.values().int(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<V::Value, E> {
        match i64::try_from(value) {
            Ok(value) => self.visit_i64(value),
            Err(_) => self.visit_f64(value as f64),
        }
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<V::Value, E> {
        if value.abs() >= WIDE {
            self.context.wide.set(true);
        }
        self.finish(self.values().float(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<V::Value, E> {
        self.visit_string(value.to_owned())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<V::Value, E> {
        self.finish(self.values().string(value))
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.finish(self.values().nothing())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<V::Value, A::Error> {
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
        let list = self.values().list(items);
        if self.expected.is_list() {
            return Ok(list);
        }
        self.finish(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<V::Value, A::Error> {
        self.descend()?;
        let first = map.next_key::<String>()?;
        let mut fields = Vec::new();
        match first.as_deref() {
            Some(EMIT) if self.depth == 0 && self.context.answers => self.emit(&mut map),
            Some(key) if let Some(tag) = Tag::of_key(key) => match self.tagged(&mut map, tag)? {
                Tagged::Native(value) => Ok(value),
                Tagged::Field(value, next) => {
                    fields.push((key.to_owned(), value));
                    self.record(&mut map, fields, Some(next))
                }
            },
            _ => self.record(&mut map, fields, first),
        }
    }
}

/// Of fields with the same name the last counts, as in Nushell's `from json`.
fn without_repeats<T>(fields: Vec<(String, T)>) -> Vec<(String, T)> {
    let repeats = if fields.len() <= NARROW {
        fields.iter().enumerate().any(|(position, (name, _))| {
            let mut later = fields.iter().skip(position + 1);
            later.any(|(other, _)| other == name)
        })
    } else {
        let names: HashSet<&String> = fields.iter().map(|(name, _)| name).collect();
        names.len() < fields.len()
    };
    if !repeats {
        return fields;
    }
    let mut last: HashMap<String, T> = HashMap::new();
    let mut order = Vec::new();
    for (name, value) in fields {
        if last.insert(name.clone(), value).is_none() {
            order.push(name);
        }
    }
    let fields = order
        .into_iter()
        .filter_map(|name| last.remove_entry(&name));
    fields.collect()
}
