//! Fits values to Nushell types: [`fit`] turns what an agent answered into
//! native cells, [`check`] holds what the user hands in against a signature.
//!
//! A record fits where every named field is there with a fitting value; more
//! fields are welcome, as for Nushell's own `record<…>`.

mod convert;
mod expected;
mod misfit;

use nu_protocol::{Type, Value};

pub(crate) use convert::{Tag, base64_text, of_tag};
pub(crate) use expected::Expected;
pub use misfit::Misfit;

use super::Segment;

/// What each single record of a stream has to be, where `signature` describes
/// the whole pipeline: `table<id: int>` and `list<record<id: int>>` stand for
/// a stream of `record<id: int>`, every other type for single values of it.
pub fn element_type(signature: &Type) -> Type {
    match signature {
        Type::Table(columns) => Type::Record(columns.clone()),
        Type::List(item) => item.as_ref().clone(),
        single => single.clone(),
    }
}

/// Converts a decoded value to `expected`. Beyond values that already fit:
/// RFC 3339 text becomes a datetime, an int a duration (ns), a filesize
/// (bytes) or a float, base64 text and lists of bytes become binary, text
/// becomes a glob, range or cell path. Of a `oneof` the first member that
/// fits decides.
///
/// # Errors
/// [`Misfit`] names the first place that does not fit.
pub fn fit(value: Value, expected: &Type) -> Result<Value, Misfit> {
    fit_to(value, Expected::Type(expected))
}

pub(crate) fn fit_to(value: Value, expected: Expected<'_>) -> Result<Value, Misfit> {
    let span = value.span();
    if let Expected::Type(Type::OneOf(members)) = expected {
        return fit_one_of(value, expected, members.iter());
    }
    if expected.columns().is_some() && matches!(value, Value::Record { .. }) {
        return fit_record(value, expected);
    }
    match value {
        Value::List { vals, .. } if expected.is_list() => {
            let item = expected.item();
            let fitted = vals.into_iter().enumerate().map(|(index, value)| {
                fit_to(value, item).map_err(|misfit| misfit.under(Segment::Index(index)))
            });
            Ok(Value::list(fitted.collect::<Result<_, _>>()?, span))
        }
        other => convert::fit_single(other, expected),
    }
}

fn fit_record(value: Value, expected: Expected<'_>) -> Result<Value, Misfit> {
    let span = value.span();
    let Value::Record { val, .. } = value else {
        return Ok(value);
    };
    let mut fitted = nu_protocol::Record::with_capacity(val.len());
    for (position, (name, value)) in val.into_owned().into_iter().enumerate() {
        match fit_to(value, expected.column(&name, position)) {
            Ok(value) => fitted.push(name, value),
            Err(misfit) => return Err(misfit.under(Segment::Field(name))),
        }
    }
    require_columns(&fitted, expected, span)?;
    Ok(Value::record(fitted, span))
}

/// Checks that a record has every field that `expected` names.
pub(crate) fn require_columns(
    record: &nu_protocol::Record,
    expected: Expected<'_>,
    span: nu_protocol::Span,
) -> Result<(), Misfit> {
    let Some(columns) = expected.columns() else {
        return Ok(());
    };
    for (position, (name, column)) in columns.iter().enumerate() {
        // Agents mostly answer with fields in the order of the signature.
        let in_place = record
            .get_index(position)
            .is_some_and(|(found, _)| found == name);
        if !in_place && !record.contains(name) {
            return Err(Misfit::missing(name, column, record, span));
        }
    }
    Ok(())
}

fn fit_one_of<'t>(
    value: Value,
    expected: Expected<'_>,
    members: impl Iterator<Item = &'t Type>,
) -> Result<Value, Misfit> {
    let mut nearest = None;
    for member in members {
        match fit(value.clone(), member) {
            Ok(fitted) => return Ok(fitted),
            // A misfit further inside says more than "none of these".
            Err(misfit) if !misfit.path().is_root() => nearest = nearest.or(Some(misfit)),
            Err(_) => {}
        }
    }
    Err(nearest.unwrap_or_else(|| Misfit::wrong_type(expected, &value)))
}

/// Checks that `value`, as the user hands it in, is of the type `expected`;
/// nothing is converted, but an int passes for a float.
///
/// # Errors
/// [`Misfit`] names the first place that does not fit, with the span of the
/// value found there.
pub fn check(value: &Value, expected: &Type) -> Result<(), Misfit> {
    check_at(value, Expected::Type(expected), 0)
}

fn check_at(value: &Value, expected: Expected<'_>, depth: usize) -> Result<(), Misfit> {
    if depth > super::MAXIMUM_DEPTH {
        return Err(Misfit::too_deep(expected, value));
    }
    if let Expected::Type(Type::OneOf(members)) = expected {
        return check_one_of(value, expected, members.iter(), depth);
    }
    match value {
        Value::Custom { val, .. } if !expected.is_anything() => {
            let base = val.to_base_value(value.span());
            let base = base.map_err(|error| Misfit::invalid(expected, value, &error))?;
            check_at(&base, expected, depth + 1)
        }
        Value::Record { val, .. } if expected.columns().is_some() => {
            for (position, (name, value)) in val.iter().enumerate() {
                check_at(value, expected.column(name, position), depth + 1)
                    .map_err(|misfit| misfit.under(Segment::Field(name.clone())))?;
            }
            require_columns(val, expected, value.span())
        }
        Value::List { vals, .. } if expected.is_list() => {
            let item = expected.item();
            vals.iter().enumerate().try_for_each(|(index, value)| {
                check_at(value, item, depth + 1)
                    .map_err(|misfit| misfit.under(Segment::Index(index)))
            })
        }
        single if expected.holds(single) => Ok(()),
        other => Err(Misfit::wrong_input(expected, other)),
    }
}

fn check_one_of<'t>(
    value: &Value,
    expected: Expected<'_>,
    members: impl Iterator<Item = &'t Type>,
    depth: usize,
) -> Result<(), Misfit> {
    let mut nearest = None;
    for member in members {
        match check_at(value, Expected::Type(member), depth + 1) {
            Ok(()) => return Ok(()),
            Err(misfit) if !misfit.path().is_root() => nearest = nearest.or(Some(misfit)),
            Err(_) => {}
        }
    }
    Err(nearest.unwrap_or_else(|| Misfit::wrong_input(expected, value)))
}

#[cfg(test)]
mod tests;
