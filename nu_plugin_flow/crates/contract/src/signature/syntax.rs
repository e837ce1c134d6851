//! The parser of types.
//!
//! `nu-parser` keeps its own parser for them private, and reports into a working
//! set instead of an error.

use miette::Diagnostic;
use thiserror::Error;

use super::kind::Type;
use super::union::one_of;
use crate::near::nearest;
use crate::path::MAXIMUM_DEPTH;

/// The types without parameters that values of an agent can have. A path is
/// a string to an agent, as it is to Nushell's own type checks.
pub(super) const PLAIN: [(&str, Type); 16] = [
    ("any", Type::Any),
    ("binary", Type::Binary),
    ("bool", Type::Bool),
    ("cell-path", Type::CellPath),
    ("datetime", Type::Date),
    ("directory", Type::String),
    ("duration", Type::Duration),
    ("filesize", Type::Filesize),
    ("float", Type::Float),
    ("glob", Type::Glob),
    ("int", Type::Int),
    ("nothing", Type::Nothing),
    ("number", Type::Number),
    ("path", Type::String),
    ("range", Type::Range),
    ("string", Type::String),
];

const PARAMETRIC: [&str; 4] = ["list", "oneof", "record", "table"];

/// Names from other languages and older Nushells, and what they are called here.
const ALIASES: [(&str, &str); 10] = [
    ("boolean", "bool"),
    ("bytes", "binary"),
    ("date", "datetime"),
    ("f64", "float"),
    ("i64", "int"),
    ("integer", "int"),
    ("null", "nothing"),
    ("object", "record"),
    ("array", "list"),
    ("text", "string"),
];

/// A type that cannot be read. Offsets are in bytes into `text`.
#[derive(Debug, Error, Diagnostic)]
#[error("{problem} at offset {offset}: `{text}`")]
#[diagnostic(code(flow::types::syntax))]
pub struct TypeError {
    problem: String,
    /// What was to be read.
    text: String,
    offset: usize,
    #[help]
    help: Option<String>,
}

impl TypeError {
    /// Where in the text, in bytes from its beginning.
    pub fn offset(&self) -> usize {
        self.offset
    }
}

/// Reads a type such as `record<id: int, at: datetime>`. Field names may be
/// quoted; a field without a type is `any`; commas may be left out, as in
/// Nushell.
///
/// # Errors
/// Where the text is not a type, with the offset and the nearest known name.
pub fn parse_type(text: &str) -> Result<Type, TypeError> {
    let mut parser = Parser { text, position: 0 };
    let parsed = parser.read_type(0)?;
    parser.skip_spaces();
    if parser.position < text.len() {
        return Err(parser.error_here("unexpected text after the type", None));
    }
    Ok(parsed)
}

struct Parser<'t> {
    text: &'t str,
    position: usize,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.position..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Steps over `expected` if it comes next, spaces aside.
    fn take(&mut self, expected: char) -> bool {
        self.skip_spaces();
        let found = self.peek() == Some(expected);
        if found {
            self.position += expected.len_utf8();
        }
        found
    }

    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|next| !belongs(next)).unwrap_or(rest.len());
        self.position += end;
        rest.get(..end).unwrap_or_default()
    }

    fn skip_spaces(&mut self) {
        self.take_while(char::is_whitespace);
    }

    fn skip_separators(&mut self) {
        self.take_while(|next| next.is_whitespace() || next == ',');
    }

    fn error(&self, offset: usize, problem: String, help: Option<String>) -> TypeError {
        TypeError {
            problem,
            text: self.text.to_owned(),
            offset,
            help,
        }
    }

    fn error_here(&self, problem: &str, help: Option<&str>) -> TypeError {
        self.error(self.position, problem.to_owned(), help.map(str::to_owned))
    }

    fn read_type(&mut self, depth: usize) -> Result<Type, TypeError> {
        self.skip_spaces();
        if depth > MAXIMUM_DEPTH {
            let help = format!("nest at most {MAXIMUM_DEPTH} levels deep");
            return Err(self.error_here("too many levels", Some(&help)));
        }
        let start = self.position;
        let name = self.take_while(|next| next.is_alphanumeric() || next == '-' || next == '_');
        let parsed = match name {
            "list" => self.read_list(depth)?,
            "record" => Type::Record(self.read_fields(depth)?.into()),
            "table" => Type::Table(self.read_fields(depth)?.into()),
            "oneof" => one_of(self.read_members(depth)?),
            _ => return self.read_plain(name, start),
        };
        Ok(parsed)
    }

    fn read_plain(&mut self, name: &str, start: usize) -> Result<Type, TypeError> {
        if name.is_empty() {
            let help = "write a type such as `int` or `record<id: int>`";
            return Err(self.error_here("a type is missing", Some(help)));
        }
        let Some((_, parsed)) = PLAIN.iter().find(|(known, _)| *known == name) else {
            return Err(self.unknown(name, start));
        };
        if self.take('<') {
            let problem = format!("`{name}` takes no parameters");
            return Err(self.error(start, problem, None));
        }
        Ok(parsed.clone())
    }

    fn unknown(&self, name: &str, start: usize) -> TypeError {
        if matches!(name, "closure" | "block" | "error") {
            let problem = format!("`{name}` cannot be handed to an agent");
            let help = Some("hand over data only".to_owned());
            return self.error(start, problem, help);
        }
        let known: Vec<&str> = PLAIN
            .iter()
            .map(|(known, _)| *known)
            .chain(PARAMETRIC)
            .collect();
        let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
        let near = alias
            .map(|(_, known)| *known)
            .or_else(|| nearest(known.iter().copied(), name));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("use one of: {}", known.join(", ")),
        };
        let problem = format!("unknown type `{name}`");
        self.error(start, problem, Some(help))
    }

    fn read_list(&mut self, depth: usize) -> Result<Type, TypeError> {
        let start = self.position;
        let mut members = self.read_members(depth)?;
        if members.len() > 1 {
            let help = Some("for items of several types write `list<oneof<…>>`".to_owned());
            let problem = "`list` takes one type".to_owned();
            return Err(self.error(start, problem, help));
        }
        Ok(Type::list(members.pop().unwrap_or(Type::Any)))
    }

    /// The parameters of `list` and `oneof`; empty where there are none.
    fn read_members(&mut self, depth: usize) -> Result<Vec<Type>, TypeError> {
        let opened = self.position;
        let mut members = Vec::new();
        if !self.take('<') {
            return Ok(members);
        }
        loop {
            self.skip_separators();
            if self.close(opened)? {
                return Ok(members);
            }
            members.push(self.read_type(depth + 1)?);
        }
    }

    /// The fields of `record` and `table`; empty where there are none.
    fn read_fields(&mut self, depth: usize) -> Result<Vec<(String, Type)>, TypeError> {
        let opened = self.position;
        let mut fields: Vec<(String, Type)> = Vec::new();
        if !self.take('<') {
            return Ok(fields);
        }
        loop {
            self.skip_separators();
            if self.close(opened)? {
                return Ok(fields);
            }
            let start = self.position;
            let name = self.read_field_name()?;
            if fields.iter().any(|(known, _)| *known == name) {
                let problem = format!("the field `{name}` is named twice");
                return Err(self.error(start, problem, None));
            }
            let parsed = if self.take(':') {
                self.read_type(depth + 1)?
            } else {
                Type::Any
            };
            fields.push((name, parsed));
        }
    }

    /// Steps over a closing `>`; an error at the end of the text.
    fn close(&mut self, opened: usize) -> Result<bool, TypeError> {
        if self.rest().is_empty() {
            let help = Some("add `>`".to_owned());
            let problem = "`<` is not closed".to_owned();
            return Err(self.error(opened, problem, help));
        }
        Ok(self.take('>'))
    }

    fn read_field_name(&mut self) -> Result<String, TypeError> {
        let start = self.position;
        match self.peek() {
            Some(quote @ ('"' | '\'' | '`')) => {
                self.position += quote.len_utf8();
                let name = self.read_quoted(quote);
                if self.take(quote) {
                    return Ok(name);
                }
                let help = Some(format!("add `{quote}`"));
                let problem = "the quote is not closed".to_owned();
                Err(self.error(start, problem, help))
            }
            _ => {
                let name =
                    self.take_while(|next| !next.is_whitespace() && !":,<>\"'`".contains(next));
                if name.is_empty() {
                    let help = "write fields as `name: type`, quoted where they hold spaces";
                    return Err(self.error_here("a field name is missing", Some(help)));
                }
                Ok(name.to_owned())
            }
        }
    }

    /// The text up to the closing quote; double quotes know `\"` and `\\`.
    fn read_quoted(&mut self, quote: char) -> String {
        let mut name = String::new();
        while let Some(next) = self.peek() {
            if next == quote {
                break;
            }
            self.position += next.len_utf8();
            match self.peek() {
                Some(escaped @ ('"' | '\\')) if next == '\\' && quote == '"' => {
                    self.position += escaped.len_utf8();
                    name.push(escaped);
                }
                _ => name.push(next),
            }
        }
        name
    }
}
