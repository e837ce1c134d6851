//! From what `handle` returned to what goes on the wire.

use std::fmt::Display;
use std::marker::PhantomData;

use serde::Serialize;

const EMIT_NOTHING: &[u8] = b"{\"$emit\":[]}";
const EMIT_START: &[u8] = b"{\"$emit\":[";
const EMIT_END: &[u8] = b"]}";

/// Several records, made by [`many`].
pub struct Many<I>(I);

/// Answers one record with several, or with none: each item becomes a record.
///
/// ```
/// # use flow_agent::Many;
/// fn handle(text: String) -> Many<impl Iterator<Item = String>> {
///     flow_agent::many(text.split(' ').map(str::to_owned).collect::<Vec<_>>())
/// }
/// flow_agent::handler!(handle);
/// ```
pub fn many<I>(records: I) -> Many<I::IntoIter>
where
    I: IntoIterator,
    I::Item: Serialize,
{
    Many(records.into_iter())
}

/// The JSON text is in the buffer, or here is a sentence for a person.
pub type Written = Result<(), String>;

/// From the input's JSON text to the answer's, appended to the buffer.
pub type AnswerFunction = fn(&str, &mut Vec<u8>) -> Written;

/// The answers that are not simply one record: `()`, `Option` and [`Many`], alone
/// or inside a `Result`.
pub trait Answer {
    /// Appends the answer to `output` as JSON text.
    fn write(self, output: &mut Vec<u8>) -> Written;
}

impl Answer for () {
    fn write(self, output: &mut Vec<u8>) -> Written {
        output.extend_from_slice(EMIT_NOTHING);
        Ok(())
    }
}

impl<T: Serialize> Answer for Option<T> {
    fn write(self, output: &mut Vec<u8>) -> Written {
        match self {
            Some(record) => write_record(&record, output),
            None => ().write(output),
        }
    }
}

impl<I> Answer for Many<I>
where
    I: Iterator,
    I::Item: Serialize,
{
    fn write(self, output: &mut Vec<u8>) -> Written {
        output.extend_from_slice(EMIT_START);
        for (index, record) in self.0.enumerate() {
            if index > 0 {
                output.push(b',');
            }
            write_value(&record, output)?;
        }
        output.extend_from_slice(EMIT_END);
        Ok(())
    }
}

impl<E: Display> Answer for Result<(), E> {
    fn write(self, output: &mut Vec<u8>) -> Written {
        self.map_err(sentence)?.write(output)
    }
}

impl<T: Serialize, E: Display> Answer for Result<Option<T>, E> {
    fn write(self, output: &mut Vec<u8>) -> Written {
        self.map_err(sentence)?.write(output)
    }
}

impl<I, E> Answer for Result<Many<I>, E>
where
    I: Iterator,
    I::Item: Serialize,
    E: Display,
{
    fn write(self, output: &mut Vec<u8>) -> Written {
        self.map_err(sentence)?.write(output)
    }
}

fn sentence(reason: impl Display) -> String {
    reason.to_string()
}

/// Appends `record` as the whole answer.
fn write_record<T: Serialize>(record: &T, output: &mut Vec<u8>) -> Written {
    let start = output.len();
    write_value(record, output)?;
    // A record whose own first key is `$emit` must not be taken for several.
    if output
        .get(start..)
        .is_some_and(|text| text.starts_with(b"{\"$emit\""))
    {
        output.splice(start..start, EMIT_START.iter().copied());
        output.extend_from_slice(EMIT_END);
    }
    Ok(())
}

fn write_value<T: Serialize>(value: &T, output: &mut Vec<u8>) -> Written {
    serde_json::to_writer(output, value).map_err(sentence)
}

/// The type of an answer. The macro calls `(&&&type_of(&answer)).meaning()`, and the
/// compiler takes the first of [`SpecialMeaning`], [`FallibleMeaning`] and
/// [`RecordMeaning`] that applies to it. (One trait could not tell them apart:
/// `Option`, `()` and `Result` are serialisable too.)
pub struct Type<T>(PhantomData<T>);

/// See [`Type`].
pub fn type_of<T>(_answer: &T) -> Type<T> {
    Type(PhantomData)
}

/// An [`Answer`]; see [`Type`].
pub trait SpecialMeaning {
    /// How to write it.
    fn meaning(&self) -> Special {
        Special
    }
}
impl<T: Answer> SpecialMeaning for &&Type<T> {}

/// `Result<record, sentence>`; see [`Type`].
pub trait FallibleMeaning {
    /// How to write it.
    fn meaning(&self) -> Fallible {
        Fallible
    }
}
impl<T: Serialize, E: Display> FallibleMeaning for &Type<Result<T, E>> {}

/// Any other serialisable value, one record; see [`Type`].
pub trait RecordMeaning {
    /// How to write it.
    fn meaning(&self) -> Record {
        Record
    }
}
impl<T: Serialize> RecordMeaning for Type<T> {}

/// Writes an [`Answer`].
pub struct Special;
impl Special {
    /// Appends `answer` to `output`.
    pub fn write<T: Answer>(self, answer: T, output: &mut Vec<u8>) -> Written {
        answer.write(output)
    }
}

/// Writes a `Result` of one record.
pub struct Fallible;
impl Fallible {
    /// Appends the record to `output`, or hands on the sentence.
    pub fn write<T, E>(self, answer: Result<T, E>, output: &mut Vec<u8>) -> Written
    where
        T: Serialize,
        E: Display,
    {
        write_record(&answer.map_err(sentence)?, output)
    }
}

/// Writes one record.
pub struct Record;
impl Record {
    /// Appends `record` to `output`.
    pub fn write<T: Serialize>(self, record: T, output: &mut Vec<u8>) -> Written {
        write_record(&record, output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use serde_json::json;

    /// What the macro does with the answer of `handle`.
    macro_rules! wire {
        ($answer:expr) => {{
            let answer = $answer;
            let mut output = Vec::new();
            (&&&type_of(&answer))
                .meaning()
                .write(answer, &mut output)
                .map(|()| String::from_utf8(output).unwrap())
        }};
    }

    fn ok(text: &str) -> Result<String, String> {
        Ok(text.to_owned())
    }

    #[test]
    fn a_value_is_one_record() {
        assert_eq!(wire!(json!({"a": 1})), ok(r#"{"a":1}"#));
        assert_eq!(wire!(vec![1, 2]), ok("[1,2]"));
        assert_eq!(wire!(json!(null)), ok("null"));
        assert_eq!(wire!(i64::MIN), ok("-9223372036854775808"));
        assert_eq!(wire!(Ok::<_, String>("x")), ok("\"x\""));
    }

    #[test]
    fn nothing_drops_the_record() {
        assert_eq!(wire!(()), ok(r#"{"$emit":[]}"#));
        assert_eq!(wire!(None::<u8>), ok(r#"{"$emit":[]}"#));
        assert_eq!(wire!(Some(5)), ok("5"));
        assert_eq!(wire!(Ok::<Option<u8>, String>(None)), ok(r#"{"$emit":[]}"#));
        assert_eq!(wire!(Ok::<(), String>(())), ok(r#"{"$emit":[]}"#));
    }

    #[test]
    fn many_are_several() {
        assert_eq!(wire!(many([1, 2])), ok(r#"{"$emit":[1,2]}"#));
        assert_eq!(wire!(many(Vec::<u8>::new())), ok(r#"{"$emit":[]}"#));
        assert_eq!(
            wire!(Ok::<_, String>(many([json!({"$emit": []})]))),
            ok(r#"{"$emit":[{"$emit":[]}]}"#)
        );
    }

    #[test]
    fn errors_are_sentences_of_any_displayable_type() {
        let expected = Err("no".to_owned());
        assert_eq!(wire!(Err::<u8, _>("no")), expected);
        assert_eq!(wire!(Err::<(), _>(String::from("no"))), expected);
        assert_eq!(wire!(Err::<Option<u8>, _>(Error::new("no"))), expected);
    }

    #[test]
    fn a_record_with_the_reserved_key_stays_one_record() {
        assert_eq!(
            wire!(json!({"$emit": [1, 2]})),
            ok(r#"{"$emit":[{"$emit":[1,2]}]}"#)
        );
        assert_eq!(
            wire!(json!({"a": {"$emit": []}})),
            ok(r#"{"a":{"$emit":[]}}"#)
        );
    }

    #[test]
    fn what_json_cannot_hold_is_an_error() {
        let keys = std::collections::BTreeMap::from([(vec![1], 1)]);
        assert_eq!(wire!(keys), Err("key must be a string".to_owned()));
    }
}
