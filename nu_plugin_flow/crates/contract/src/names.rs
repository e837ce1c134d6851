//! What a name may be: of a namespace, of a key.

use miette::Diagnostic;
use thiserror::Error;

/// The longest name of a namespace, in bytes.
pub const NAMESPACE_LENGTH: usize = 128;
/// The longest key, in bytes.
pub const KEY_LENGTH: usize = 1024;

/// A name that nothing may have.
#[derive(Debug, Error, Diagnostic)]
pub enum NameError {
    /// Not the name of a namespace.
    #[error("not a namespace: `{namespace}` {reason}")]
    #[diagnostic(
        code(flow::store::namespace),
        help(
            "use 1 to {NAMESPACE_LENGTH} letters, digits, `.`, `_`, `-` and `/`, beginning with a letter or digit: `orders/eu`"
        )
    )]
    Namespace {
        /// Shortened where it is long.
        namespace: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Not a key.
    #[error("not a key: `{key}` {reason}")]
    #[diagnostic(
        code(flow::store::key),
        help("use 1 to {KEY_LENGTH} bytes of text without a NUL character")
    )]
    Key {
        /// Shortened where it is long.
        key: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}

/// Refuses what is not the name of a namespace: ASCII letters, digits and `. _ - /`, beginning
/// with a letter or digit.
pub fn check_namespace(namespace: &str) -> Result<(), NameError> {
    let refuse = |reason| {
        Err(NameError::Namespace {
            namespace: shorten(namespace),
            reason,
        })
    };
    match namespace.bytes().next() {
        None => return refuse("is empty"),
        Some(first) if !first.is_ascii_alphanumeric() => {
            return refuse("does not begin with a letter or digit");
        }
        Some(_) => {}
    }
    if namespace.len() > NAMESPACE_LENGTH {
        return refuse("is too long");
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte);
    if !namespace.bytes().all(allowed) {
        return refuse("has a character that none may have");
    }
    Ok(())
}

/// Refuses what is not a key. A NUL character would end the key early in other tools that read
/// the file.
pub fn check_key(key: &str) -> Result<(), NameError> {
    let refuse = |reason| {
        Err(NameError::Key {
            key: shorten(key),
            reason,
        })
    };
    if key.is_empty() {
        return refuse("is empty");
    }
    if key.len() > KEY_LENGTH {
        return refuse("is too long");
    }
    if key.contains('\0') {
        return refuse("has a NUL character");
    }
    Ok(())
}

/// The beginning of a name that may be of any length, for a message.
fn shorten(name: &str) -> String {
    const SHOWN: usize = 40;
    let mut shown: String = name
        .chars()
        .take(SHOWN)
        .flat_map(char::escape_debug)
        .collect();
    if name.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_namespace_is_letters_digits_and_four_signs() {
        for good in ["a", "0", "orders/eu-1_x.y", &"n".repeat(NAMESPACE_LENGTH)] {
            assert!(check_namespace(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "/a",
            ".a",
            "-a",
            "a b",
            "ä",
            "a\0",
            &"n".repeat(NAMESPACE_LENGTH + 1),
        ] {
            assert!(
                matches!(check_namespace(bad), Err(NameError::Namespace { .. })),
                "{bad}"
            );
        }
    }

    #[test]
    fn a_key_is_any_text_of_a_bounded_length() {
        for good in ["a", " ", "ключ/\n\"", &"k".repeat(KEY_LENGTH)] {
            assert!(check_key(good).is_ok(), "{good}");
        }
        for bad in ["", "a\0b", &"k".repeat(KEY_LENGTH + 1)] {
            assert!(
                matches!(check_key(bad), Err(NameError::Key { .. })),
                "{bad}"
            );
        }
    }

    #[test]
    fn a_long_name_is_shortened_in_its_message() {
        let message = check_key(&"k".repeat(5000)).unwrap_err().to_string();
        assert_eq!(
            message,
            format!("not a key: `{}…` is too long", "k".repeat(40))
        );
    }
}
