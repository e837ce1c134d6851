//! Which values travel under a tag, and how that is written.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::fit::checking::check;
use crate::fit::expected::Expected;
use crate::signature::kind::Type;
use crate::tags::{Tag, base64_text};
use crate::values::Values;

/// Which values travel under a tag that keeps their type.
#[derive(Clone, Copy, Debug)]
pub enum Tagging<'t> {
    /// None: everything as `to json` writes it.
    Plain,
    /// Every datetime, duration, filesize and binary.
    Everywhere,
    /// Those for which this type of a single record asks.
    Signature(&'t Type),
}

/// [`Tagging`] at one place inside a value.
#[derive(Clone, Copy, Debug)]
pub struct Tags<'t>(Asked<'t>);

#[derive(Clone, Copy, Debug)]
enum Asked<'t> {
    Never,
    Always,
    By(Expected<'t>),
}

impl<'t> Tags<'t> {
    /// For values that stay plain.
    pub const NEVER: Tags<'static> = Tags(Asked::Never);

    /// For the value as a whole.
    #[inline]
    pub fn of(tagging: Tagging<'t>) -> Tags<'t> {
        Tags(match tagging {
            Tagging::Plain => Asked::Never,
            Tagging::Everywhere => Asked::Always,
            Tagging::Signature(signature) => Asked::By(Expected::Type(signature)),
        })
    }

    /// Of a `oneof`, the member that the value belongs to.
    #[inline]
    #[must_use]
    pub fn settle<V: Values>(self, value: &V::Value) -> Tags<'t> {
        let Asked::By(Expected::Type(Type::OneOf(members))) = self.0 else {
            return self;
        };
        let mut members = members.iter();
        let member = members.find(|member| check::<V>(value, member).is_ok());
        Tags(member.map_or(Asked::Never, |member| Asked::By(Expected::Type(member))))
    }

    /// For the items of a list.
    #[inline]
    #[must_use]
    pub fn item(self) -> Tags<'t> {
        match self.0 {
            Asked::By(expected) => Tags(Asked::By(expected.item())),
            _ => self,
        }
    }

    /// For the field `name` of a record, where it stands at `position`.
    #[inline]
    #[must_use]
    pub fn column(self, name: &str, position: usize) -> Tags<'t> {
        match self.0 {
            Asked::By(expected) => Tags(Asked::By(expected.column(name, position))),
            _ => self,
        }
    }

    #[inline]
    fn asks_for(self, tag: Tag) -> bool {
        match self.0 {
            Asked::Never => false,
            Asked::Always => true,
            Asked::By(Expected::Type(asked)) => asked == tag.asked_by(),
            Asked::By(_) => false,
        }
    }

    /// Writes what is `plain` without a tag, under `tag` where that is asked.
    ///
    /// # Errors
    /// Those of `serializer`.
    #[inline]
    pub fn write<S: Serializer>(
        self,
        serializer: S,
        tag: Tag,
        plain: impl Serialize,
    ) -> Result<S::Ok, S::Error> {
        if !self.asks_for(tag) {
            return plain.serialize(serializer);
        }
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(tag.key(), &plain)?;
        map.end()
    }

    /// Writes bytes: base64 text under the tag, else a list.
    ///
    /// # Errors
    /// Those of `serializer`.
    #[inline]
    pub fn write_binary<S: Serializer>(
        self,
        serializer: S,
        bytes: &[u8],
    ) -> Result<S::Ok, S::Error> {
        if self.asks_for(Tag::Binary) {
            return self.write(serializer, Tag::Binary, base64_text(bytes));
        }
        serializer.collect_seq(bytes)
    }
}
