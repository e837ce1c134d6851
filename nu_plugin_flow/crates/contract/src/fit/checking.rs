//! The check of a value that is not to be converted.

use super::expected::Expected;
use super::fitting::require_columns;
use super::misfit::Misfit;
use crate::path::{MAXIMUM_DEPTH, Segment};
use crate::signature::kind::Type;
use crate::values::{Values, View};

/// Checks that `value`, as the user hands it in, is of the type `expected`;
/// nothing is converted, but an int passes for a float.
///
/// # Errors
/// [`Misfit`] names the first place that does not fit.
pub fn check<V: Values>(value: &V::Value, expected: &Type) -> Result<(), Misfit> {
    check_at::<V>(value, Expected::Type(expected), 0)
}

fn check_at<V: Values>(
    value: &V::Value,
    expected: Expected<'_>,
    depth: usize,
) -> Result<(), Misfit> {
    if depth > MAXIMUM_DEPTH {
        return Err(Misfit::too_deep(expected));
    }
    if let Expected::Type(Type::OneOf(members)) = expected {
        return check_one_of::<V>(value, expected, members, depth);
    }
    match V::view(value) {
        View::Custom if !expected.is_anything() => {
            let base = V::base(value).map_err(|reason| Misfit::invalid(expected, &reason))?;
            check_at::<V>(&base, expected, depth + 1)
        }
        View::Record(record) if expected.columns().is_some() => {
            for (position, (name, value)) in V::fields(record).enumerate() {
                check_at::<V>(value, expected.column(name, position), depth + 1)
                    .map_err(|misfit| misfit.under(Segment::Field(name.to_owned())))?;
            }
            require_columns(|| V::fields(record).map(|(name, _)| name), expected)
        }
        View::List(items) if expected.is_list() => {
            let item = expected.item();
            items.iter().enumerate().try_for_each(|(index, value)| {
                check_at::<V>(value, item, depth + 1)
                    .map_err(|misfit| misfit.under(Segment::Index(index)))
            })
        }
        single if expected.holds(&single) => Ok(()),
        other => Err(Misfit::wrong_input(expected, &other)),
    }
}

fn check_one_of<V: Values>(
    value: &V::Value,
    expected: Expected<'_>,
    members: &[Type],
    depth: usize,
) -> Result<(), Misfit> {
    let mut nearest = None;
    for member in members {
        match check_at::<V>(value, Expected::Type(member), depth + 1) {
            Ok(()) => return Ok(()),
            Err(misfit) if !misfit.path().is_root() => nearest = nearest.or(Some(misfit)),
            Err(_) => {}
        }
    }
    Err(nearest.unwrap_or_else(|| Misfit::wrong_input(expected, &V::view(value))))
}
