//! The conversion of a whole value.

use super::convert::fit_single;
use super::expected::Expected;
use super::misfit::Misfit;
use crate::path::Segment;
use crate::signature::kind::Type;
use crate::values::Values;

/// Converts a decoded value to `expected`. Beyond values that already fit:
/// RFC 3339 text becomes a datetime, an int a duration (ns), a filesize
/// (bytes) or a float, base64 text and lists of bytes become binary, text
/// becomes a glob, range or cell path. Of a `oneof` the first member that
/// fits decides.
///
/// # Errors
/// [`Misfit`] names the first place that does not fit.
pub fn fit<V: Values>(values: &V, value: V::Value, expected: &Type) -> Result<V::Value, Misfit> {
    fit_to(values, value, Expected::Type(expected))
}

pub(crate) fn fit_to<V: Values>(
    values: &V,
    mut value: V::Value,
    expected: Expected<'_>,
) -> Result<V::Value, Misfit> {
    if let Expected::Type(Type::OneOf(members)) = expected {
        return fit_one_of(values, value, expected, members);
    }
    if expected.columns().is_some() {
        match V::into_record(value) {
            Ok(record) => return fit_record(values, record, expected),
            Err(other) => value = other,
        }
    }
    if expected.is_list() {
        match V::into_items(value) {
            Ok(items) => {
                let item = expected.item();
                let fitted = items.into_iter().enumerate().map(|(index, value)| {
                    fit_to(values, value, item)
                        .map_err(|misfit| misfit.under(Segment::Index(index)))
                });
                return Ok(values.list(fitted.collect::<Result<_, _>>()?));
            }
            Err(other) => value = other,
        }
    }
    fit_single(values, value, expected)
}

fn fit_record<V: Values>(
    values: &V,
    record: V::Record,
    expected: Expected<'_>,
) -> Result<V::Value, Misfit> {
    let fields = record.into_iter();
    let mut fitted = Vec::with_capacity(fields.size_hint().0);
    for (position, (name, value)) in fields.enumerate() {
        match fit_to(values, value, expected.column(&name, position)) {
            Ok(value) => fitted.push((name, value)),
            Err(misfit) => return Err(misfit.under(Segment::Field(name))),
        }
    }
    require_columns(|| fitted.iter().map(|(name, _)| name.as_str()), expected)?;
    Ok(values.record(fitted))
}

/// Checks that a record with these fields has every one that `expected` names.
#[inline]
pub(crate) fn require_columns<'f, I: Iterator<Item = &'f str>>(
    names: impl Fn() -> I,
    expected: Expected<'_>,
) -> Result<(), Misfit> {
    let Some(columns) = expected.columns() else {
        return Ok(());
    };
    // Agents mostly answer with fields in the order of the signature.
    let mut in_order = names();
    for (name, column) in columns.iter() {
        if in_order.next() != Some(name) && !names().any(|found| found == name) {
            return Err(Misfit::missing(name, column, names()));
        }
    }
    Ok(())
}

fn fit_one_of<V: Values>(
    values: &V,
    value: V::Value,
    expected: Expected<'_>,
    members: &[Type],
) -> Result<V::Value, Misfit> {
    let mut nearest = None;
    for member in members {
        match fit(values, value.clone(), member) {
            Ok(fitted) => return Ok(fitted),
            // A misfit further inside says more than "none of these".
            Err(misfit) if !misfit.path().is_root() => nearest = nearest.or(Some(misfit)),
            Err(_) => {}
        }
    }
    Err(nearest.unwrap_or_else(|| Misfit::wrong_type(expected, &V::view(&value))))
}
