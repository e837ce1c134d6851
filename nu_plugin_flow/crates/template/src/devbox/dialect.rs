//! The JSON that Devbox reads, and the one key of it that flow edits.

use jsonc_parser::ParseOptions;

/// The key under which Devbox looks for plugins.
pub(super) const INCLUDE: &str = "include";
/// An editor may have put it at the beginning of the file.
pub(super) const BYTE_ORDER_MARK: char = '\u{feff}';

/// The dialect that Devbox reads: comments and trailing commas, JSON else.
pub(super) fn dialect() -> ParseOptions {
    ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}
