//! How large what is stored may be, and which names there are.

use crate::StoreError;

/// The largest sizes, in bytes unless said otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// A key.
    pub key: usize,
    /// The name of a namespace.
    pub namespace: usize,
    /// A value, as compact JSON text.
    pub value: usize,
    /// What one record may write before it is committed: names, keys and values, and 128 bytes
    /// for each of them.
    pub pending: usize,
    /// A page of keys, in keys.
    pub page: usize,
}

/// The limits of every store.
pub const LIMITS: Limits = Limits {
    key: 1024,
    namespace: 128,
    value: 4 * 1024 * 1024,
    pending: 64 * 1024 * 1024,
    page: 1000,
};

/// Refuses what is not the name of a namespace: ASCII letters, digits and `. _ - /`, beginning
/// with a letter or digit.
pub fn check_namespace(namespace: &str) -> Result<(), StoreError> {
    let refuse = |reason| {
        Err(StoreError::Namespace {
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
    if namespace.len() > LIMITS.namespace {
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
pub(crate) fn check_key(key: &str) -> Result<(), StoreError> {
    let refuse = |reason| {
        Err(StoreError::Key {
            key: shorten(key),
            reason,
        })
    };
    if key.is_empty() {
        return refuse("is empty");
    }
    if key.len() > LIMITS.key {
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
        for good in ["a", "0", "orders/eu-1_x.y", &"n".repeat(LIMITS.namespace)] {
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
            &"n".repeat(LIMITS.namespace + 1),
        ] {
            assert!(
                matches!(check_namespace(bad), Err(StoreError::Namespace { .. })),
                "{bad}"
            );
        }
    }

    #[test]
    fn a_key_is_any_text_of_a_bounded_length() {
        for good in ["a", " ", "ключ/\n\"", &"k".repeat(LIMITS.key)] {
            assert!(check_key(good).is_ok(), "{good}");
        }
        for bad in ["", "a\0b", &"k".repeat(LIMITS.key + 1)] {
            assert!(
                matches!(check_key(bad), Err(StoreError::Key { .. })),
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
