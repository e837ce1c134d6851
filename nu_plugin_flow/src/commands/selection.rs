//! Commands whose subjects are their arguments, or come from the pipeline as names or rows.

use nu_protocol::Type;

/// What such a command takes and gives: a table for what comes from the pipeline, and
/// `of_arguments` without an input.
pub(crate) fn types(of_arguments: Type) -> Vec<(Type, Type)> {
    vec![
        (Type::Nothing, of_arguments),
        (Type::String, Type::table()),
        (Type::record(), Type::table()),
        (Type::table(), Type::table()),
        (Type::list(Type::Any), Type::table()),
    ]
}
