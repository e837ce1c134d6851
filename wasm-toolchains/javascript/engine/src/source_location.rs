//! Locates errors more exactly than QuickJS, which records the locations of calls,
//! operators and statements only, and gives an error that of the last one before it.

/// The name that an error is about.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Culprit<'a> {
    /// A property of this name is read or set.
    Property(&'a str),
    /// A variable of this name is used.
    Variable(&'a str),
}

/// The name that an error of this class and message is about.
pub(crate) fn culprit<'a>(class: &str, message: &'a str) -> Option<Culprit<'a>> {
    let property = ["cannot read property '", "cannot set property '"]
        .iter()
        .find_map(|start| message.strip_prefix(start))
        .and_then(|rest| rest.rsplit_once("' of "));
    if let Some((name, _)) = property {
        return (class == "TypeError").then_some(Culprit::Property(name));
    }
    let variable = [" is not defined", " is not initialized", " is read-only"]
        .iter()
        .find_map(|end| message.strip_suffix(end))?;
    let name = variable.trim_matches('\'');
    (!name.contains(' ')).then_some(Culprit::Variable(name))
}

/// The byte of `text` at QuickJS's line and column: lines and bytes, from 1.
pub(crate) fn offset(text: &str, line: u32, column: u32) -> Option<usize> {
    let lines = usize::try_from(line.checked_sub(1)?).ok()?;
    let start = match lines {
        0 => 0,
        lines => text.match_indices('\n').nth(lines - 1)?.0 + 1,
    };
    let length = |from: usize| text.get(from..).and_then(|rest| rest.lines().next());
    let mut column = usize::try_from(column.checked_sub(1)?).ok()?;
    // After a lookahead QuickJS counts the column from the line before.
    if column > length(start)?.len() && start > 0 {
        let before = text.get(..start - 1)?.rfind('\n').map_or(0, |at| at + 1);
        column = column.saturating_sub(start - before);
    }
    let column = column.min(length(start)?.len());
    (0..=column)
        .rev()
        .map(|column| start + column)
        .find(|at| text.is_char_boundary(*at))
}

/// Line and column, in characters from 1, of a byte of `text`.
pub(crate) fn in_characters(text: &str, offset: usize) -> Option<(u32, u32)> {
    let before = text.get(..offset)?;
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let column = before.get(start..)?.chars().count() + 1;
    Some((u32::try_from(line).ok()?, u32::try_from(column).ok()?))
}

/// Line and column of a byte of `text` as QuickJS counts them: the column in bytes.
pub(crate) fn in_bytes(text: &str, offset: usize) -> Option<(u32, u32)> {
    let before = text.get(..offset)?;
    let line = before.matches('\n').count() + 1;
    let column = offset - before.rfind('\n').map_or(0, |at| at + 1) + 1;
    Some((u32::try_from(line).ok()?, u32::try_from(column).ok()?))
}

/// The first use of `culprit` after `start`, within the outermost function around `start`.
pub(crate) fn find(text: &str, start: usize, culprit: &Culprit<'_>) -> Option<usize> {
    let name = match culprit {
        Culprit::Property(name) | Culprit::Variable(name) => name.as_bytes(),
    };
    let mut code = Code::new(text.as_bytes(), start);
    let mut bare = None;
    while let Some((at, byte)) = code.next() {
        if byte == b'[' && code.quotes(name) {
            bare = bare.or(Some(at));
        }
        if byte != *name.first()? || !code.is_word(at, name) {
            continue;
        }
        let is_property = code.before(at) == b'.';
        match culprit {
            Culprit::Property(_) if is_property => return Some(at),
            Culprit::Variable(_) if !is_property => return Some(at),
            // As in `const { name } = …`.
            Culprit::Property(_) => bare = bare.or(Some(at)),
            Culprit::Variable(_) => {}
        }
    }
    bare
}

/// The token that the parser did not expect, on the line of the last name that it read.
pub(crate) fn unexpected(text: &str, start: usize, message: &str) -> Option<usize> {
    let token = message.strip_prefix("Unexpected token '")?;
    let token = token.strip_suffix('\'')?;
    let line = text.get(start..)?.lines().next()?;
    line.find(token).map(|at| start + at)
}

/// The function that is called at `start`, as the source names it, and whether it is
/// called with `new`. QuickJS gives the location of the last name before the first
/// argument, or of that argument if it is a name. None where an expression is called
/// that is not a name, and where two calls are possible.
pub(crate) fn callee(text: &str, start: usize) -> Option<(&str, bool)> {
    let is_name = |byte: &u8| is_part(*byte) || b"#.?".contains(byte);
    let (before, after) = (text.get(..start)?, text.get(start..)?);
    let length = after.bytes().take_while(is_name).count();
    let is_called = after.get(length..)?.trim_start().starts_with(['(', '`']);
    let end = match before.trim_end().strip_suffix('(') {
        Some(_) if is_called => return None,
        Some(called) => called.trim_end().len(),
        None if is_called => start + length,
        None => return None,
    };
    let start = end.min(start);
    let chain = text.get(..start)?.bytes().rev().take_while(is_name).count();
    let begin = start - chain;
    let name = text.get(begin..end)?.trim_matches(['.', '?']);
    let is_new = text.get(..begin)?.trim_end().ends_with("new");
    let is_name = !name.is_empty() && !name.starts_with(|it: char| it.is_ascii_digit());
    is_name.then_some((name, is_new))
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_$".contains(&byte) || byte >= 0x80
}

/// Walks through code, past strings and comments, to the end of the outermost function:
/// a closing brace at the start of a line.
struct Code<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: usize,
    /// The depth of each template of whose `${…}` it is inside.
    templates: Vec<usize>,
}

impl<'a> Code<'a> {
    fn new(bytes: &'a [u8], at: usize) -> Code<'a> {
        Code {
            bytes,
            at,
            depth: 0,
            templates: Vec::new(),
        }
    }

    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// The last byte before `at`.
    fn before(&self, at: usize) -> u8 {
        at.checked_sub(1).map_or(0, |at| self.byte(at))
    }

    fn is_word(&self, at: usize, name: &[u8]) -> bool {
        let is_here = self
            .bytes
            .get(at..)
            .is_some_and(|rest| rest.starts_with(name));
        is_here && !is_part(self.before(at)) && !is_part(self.byte(at + name.len()))
    }

    /// Whether the text in quotes that follows is `name`.
    fn quotes(&self, name: &[u8]) -> bool {
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        b"'\"`".contains(&self.byte(self.at)) && rest.starts_with(name)
    }

    /// The next byte of code and its offset.
    fn next(&mut self) -> Option<(usize, u8)> {
        loop {
            let at = self.at;
            let byte = *self.bytes.get(at)?;
            self.at += 1;
            match byte {
                b'/' if self.byte(self.at) == b'/' => self.skip_to(b"\n"),
                b'/' if self.byte(self.at) == b'*' => self.skip_to(b"*/"),
                b'\'' | b'"' => self.skip_string(byte),
                b'`' => self.skip_template(),
                b'{' => self.depth += 1,
                b'}' if self.templates.last() == Some(&self.depth) => {
                    self.templates.pop();
                    self.skip_template();
                }
                // At depth zero, a brace at the start of a line closes the function.
                b'}' if self.depth == 0 && matches!(self.before(at), 0 | b'\n') => return None,
                b'}' => self.depth = self.depth.saturating_sub(1),
                _ => return Some((at, byte)),
            }
        }
    }

    fn skip_to(&mut self, end: &[u8]) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let found = rest.windows(end.len()).position(|window| window == end);
        self.at += found.map_or(rest.len(), |at| at + end.len());
    }

    fn skip_string(&mut self, quote: u8) {
        while let Some(byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'\n' => return,
                byte if *byte == quote => return,
                _ => {}
            }
        }
    }

    /// Skips to the end of a template, or to its next `${`.
    fn skip_template(&mut self) {
        while let Some(byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'`' => return,
                b'$' if self.byte(self.at) == b'{' => {
                    self.at += 1;
                    self.templates.push(self.depth);
                    return;
                }
                _ => {}
            }
        }
    }
}
