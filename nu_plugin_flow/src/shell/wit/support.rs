//! Refuses types without Nushell values before anything is called.

use flow_contract::Path;
use flow_runtime::typed::{Type, types};
use nu_protocol::Span;

use super::error::{WitError, in_field};

/// Checks that values of the type have a form in Nushell.
///
/// # Errors
/// Names the first resource, stream, future or error context in it.
pub fn require_supported(wit: &Type, span: Span) -> Result<(), WitError> {
    if let Some(kind) = unsupported_kind(wit) {
        let path = Path::root();
        return Err(WitError::Unsupported { path, kind, span });
    }
    match wit {
        Type::List(list) => require_supported(&list.ty(), span),
        Type::FixedLengthList(list) => require_supported(&list.ty(), span),
        Type::Map(map) => {
            require_supported(&map.key(), span)?;
            require_supported(&map.value(), span)
        }
        Type::Option(option) => require_supported(&option.ty(), span),
        Type::Result(result) => result
            .ok()
            .iter()
            .chain(result.err().iter())
            .try_for_each(|payload| require_supported(payload, span)),
        Type::Tuple(tuple) => tuple
            .types()
            .try_for_each(|item| require_supported(&item, span)),
        Type::Record(record) => record
            .fields()
            .try_for_each(|field| require_supported(&field.ty, span).map_err(in_field(field.name))),
        Type::Variant(variant) => variant.cases().try_for_each(|case| match &case.ty {
            Some(payload) => require_supported(payload, span).map_err(in_field(case.name)),
            None => Ok(()),
        }),
        _ => Ok(()),
    }
}

/// The name of a type that Nushell has no value for.
pub(super) fn unsupported_kind(wit: &Type) -> Option<&'static str> {
    match wit {
        Type::Own(_) | Type::Borrow(_) => Some("resource"),
        Type::Future(_) => Some("future"),
        Type::Stream(_) => Some("stream"),
        Type::ErrorContext => Some("error-context"),
        _ => None,
    }
}

/// The first resource in a type, handed over or lent.
pub fn resource(wit: &Type) -> Option<types::ResourceType> {
    fn within(mut parts: impl Iterator<Item = Type>) -> Option<types::ResourceType> {
        parts.find_map(|part| resource(&part))
    }
    match wit {
        Type::Own(found) | Type::Borrow(found) => Some(*found),
        Type::List(list) => resource(&list.ty()),
        Type::FixedLengthList(list) => resource(&list.ty()),
        Type::Map(map) => within([map.key(), map.value()].into_iter()),
        Type::Option(option) => resource(&option.ty()),
        Type::Result(result) => within(result.ok().into_iter().chain(result.err())),
        Type::Tuple(tuple) => within(tuple.types()),
        Type::Record(record) => within(record.fields().map(|field| field.ty)),
        Type::Variant(variant) => within(variant.cases().filter_map(|case| case.ty)),
        _ => None,
    }
}

/// Whether `none` of an option could be taken for one of the option inside it.
pub(super) fn is_option(inner: &Type) -> bool {
    matches!(inner, Type::Option(_))
}
