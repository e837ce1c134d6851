//! Where inside a value something went wrong: `items.3.at`.

use std::fmt;

/// How deep values and types may nest before they are refused, so that no
/// input can overflow the stack. `serde_json` gives up at 128.
pub const MAXIMUM_DEPTH: usize = 120;

/// How many steps of a path are shown.
const SHOWN: usize = 16;

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// A field of a record.
    Field(String),
    /// An item of a list, from zero.
    Index(usize),
}

/// A place inside a value, written as a Nushell cell path: `items.3.at`.
/// Empty for the value as a whole.
///
/// It is built while an error travels outwards, so that values without errors
/// pay nothing for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    innermost_first: Vec<Segment>,
}

impl Path {
    /// The value as a whole.
    pub fn root() -> Path {
        Path::default()
    }

    /// Whether this is the value as a whole.
    pub fn is_root(&self) -> bool {
        self.innermost_first.is_empty()
    }

    /// Its steps, from the outermost.
    pub fn segments(&self) -> impl Iterator<Item = &Segment> + Clone {
        self.innermost_first.iter().rev()
    }

    /// Puts one more step in front, on the way out.
    pub fn push_outer(&mut self, segment: Segment) {
        self.innermost_first.push(segment);
    }

    /// Puts all steps of `outer` in front.
    pub fn append_outer(&mut self, outer: Path) {
        self.innermost_first.extend(outer.innermost_first);
    }

    /// The same place seen from one level further out.
    #[must_use]
    pub fn under(mut self, segment: Segment) -> Path {
        self.push_outer(segment);
        self
    }

    /// `` at `items.3.at` `` with a leading space, or nothing for the root: to
    /// be put into a sentence.
    pub fn place(&self) -> String {
        if self.is_root() {
            String::new()
        } else {
            format!(" at `{self}`")
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.segments().enumerate() {
            if position == SHOWN {
                return formatter.write_str(".…");
            }
            if position > 0 {
                formatter.write_str(".")?;
            }
            match segment {
                Segment::Index(index) => write!(formatter, "{index}")?,
                Segment::Field(name) if is_plain(name) => formatter.write_str(name)?,
                Segment::Field(name) => write!(formatter, "{name:?}")?,
            }
        }
        Ok(())
    }
}

/// Whether a field name can stand in a cell path without quotes.
fn is_plain(name: &str) -> bool {
    let digits_only = name.bytes().all(|byte| byte.is_ascii_digit());
    !digits_only
        && !name.chars().any(|character| {
            character.is_whitespace() || character.is_control() || ".\"'`".contains(character)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renders_as_a_cell_path() {
        let path = Path::root()
            .under(Segment::Field("at".into()))
            .under(Segment::Index(3))
            .under(Segment::Field("items".into()));
        assert_eq!(path.to_string(), "items.3.at");
        assert_eq!(path.place(), " at `items.3.at`");
    }

    #[test]
    fn quotes_names_that_would_read_as_something_else() {
        for (name, shown) in [("a.b", "\"a.b\""), ("7", "\"7\""), ("", "\"\"")] {
            let path = Path::root().under(Segment::Field(name.into()));
            assert_eq!(path.to_string(), shown);
        }
    }

    #[test]
    fn the_root_has_no_place() {
        assert_eq!(Path::root().place(), "");
    }
}
