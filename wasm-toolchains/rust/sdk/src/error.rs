use std::fmt;

/// Why an agent could not answer: a sentence for the person who runs it.
///
/// Every [`std::error::Error`] becomes one through `?`, with its causes written
/// behind it, separated by colons. (For that reason this type is not itself a
/// `std::error::Error`.)
pub struct Error(String);

/// What fallible agents return; the error is [`Error`] unless named.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error that says `message`.
    pub fn new(message: impl fmt::Display) -> Self {
        Self(message.to_string())
    }
}

impl<E: std::error::Error> From<E> for Error {
    fn from(outer: E) -> Self {
        let mut sentence = outer.to_string();
        let mut next = outer.source();
        while let Some(cause) = next {
            sentence.push_str(": ");
            sentence.push_str(&cause.to_string());
            next = cause.source();
        }
        Self(sentence)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_mark_takes_any_error_and_keeps_its_text() {
        fn number(text: &str) -> Result<i64> {
            Ok(text.parse::<i64>()?)
        }
        assert_eq!(number("12").unwrap(), 12);
        assert_eq!(
            number("x").unwrap_err().to_string(),
            "invalid digit found in string"
        );
    }

    #[test]
    fn causes_follow_after_colons() {
        #[derive(Debug)]
        struct Outer(std::num::ParseIntError);
        impl fmt::Display for Outer {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("cannot read the price")
            }
        }
        impl std::error::Error for Outer {
            fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
                Some(&self.0)
            }
        }
        let error = Error::from(Outer("x".parse::<i64>().unwrap_err()));
        assert_eq!(
            error.to_string(),
            "cannot read the price: invalid digit found in string"
        );
    }
}
