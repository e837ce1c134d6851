//! Cell paths, as Nushell reads them from text and writes them.

/// The cell path `text` as Nushell writes it: `a.0` as `$.a.0`; none where it is not one.
pub(super) fn normal_cell_path(text: &str) -> Option<String> {
    let mut rest = text.strip_prefix("$.").unwrap_or(text);
    let mut normal = String::from(if rest.is_empty() { "$." } else { "$" });
    while !rest.is_empty() {
        let member = int_member(rest).or_else(|| text_member(rest))?;
        normal.push('.');
        normal.push_str(&member.normal);
        rest = match member.rest.strip_prefix('.') {
            Some(rest) => rest,
            None if member.rest.is_empty() => "",
            None => return None,
        };
    }
    Some(normal)
}

struct Member<'t> {
    normal: String,
    rest: &'t str,
}

fn int_member(text: &str) -> Option<Member<'_>> {
    // The capital O is Nushell's.
    let prefixes = [("0b", 2), ("0o", 8), ("Ox", 16)];
    let mut prefixes = prefixes.into_iter();
    let prefixed = prefixes.find_map(|(prefix, radix)| Some((text.strip_prefix(prefix)?, radix)));
    let (text, radix) = prefixed.unwrap_or((text, 10));
    let belongs = |next: char| match radix {
        16 => matches!(next, '_' | '0'..='9' | 'a'..='f' | 'A'..='Z'),
        _ => next == '_' || next.is_digit(radix),
    };
    let rest = text.trim_start_matches(belongs);
    let digits = text.strip_suffix(rest)?.replace('_', "");
    let index = u64::from_str_radix(&digits, radix).ok()?;
    let modifiers = Modifiers::read(rest)?;
    let optional = if modifiers.optional { "?" } else { "" };
    Some(Member {
        normal: format!("{index}{optional}"),
        rest: modifiers.rest,
    })
}

fn text_member(text: &str) -> Option<Member<'_>> {
    let (name, rest) = quoted(text, '\'')
        .or_else(|| quoted(text, '`'))
        .or_else(|| double_quoted(text))
        .unwrap_or_else(|| {
            let end = text.find([' ', '\n', '\t', '!', '?', '.', '(', ')']);
            let (name, rest) = text.split_at(end.unwrap_or(text.len()));
            (name.to_owned(), rest)
        });
    let modifiers = Modifiers::read(rest)?;
    let insensitive = if modifiers.insensitive { "!" } else { "" };
    let optional = if modifiers.optional { "?" } else { "" };
    let name = if needs_quotes(&name) {
        let escaped = name.replace('\\', r"\\").replace('"', r#"\""#);
        format!("\"{escaped}\"")
    } else {
        name
    };
    Some(Member {
        normal: format!("{name}{insensitive}{optional}"),
        rest: modifiers.rest,
    })
}

fn quoted(text: &str, quote: char) -> Option<(String, &str)> {
    let (name, rest) = text.strip_prefix(quote)?.split_once(quote)?;
    Some((name.to_owned(), rest))
}

fn double_quoted(text: &str) -> Option<(String, &str)> {
    let mut characters = text.strip_prefix('"')?.chars();
    let mut name = String::new();
    loop {
        let next = characters.next()?;
        let escaped = characters.clone().next().and_then(|escaped| match escaped {
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            '\\' | '/' | '"' => Some(escaped),
            _ => None,
        });
        match (next, escaped) {
            ('"', _) => return Some((name, characters.as_str())),
            ('\\', Some(escaped)) => {
                characters.next();
                name.push(escaped);
            }
            _ => name.push(next),
        }
    }
}

/// What stands behind a member: `?` where it may be missing, `!` where its case does not count.
struct Modifiers<'t> {
    optional: bool,
    insensitive: bool,
    rest: &'t str,
}

impl<'t> Modifiers<'t> {
    /// None where one stands twice.
    fn read(text: &'t str) -> Option<Modifiers<'t>> {
        let rest = text.trim_start_matches(['!', '?']);
        let (optional, insensitive) = match text.strip_suffix(rest)? {
            "" => (false, false),
            "?" => (true, false),
            "!" => (false, true),
            "?!" | "!?" => (true, true),
            _ => return None,
        };
        Some(Modifiers {
            optional,
            insensitive,
            rest,
        })
    }
}

/// Nushell spares the quotes around a few numerals that are no digits, such as `²`; with them the
/// path is the same.
fn needs_quotes(name: &str) -> bool {
    let number = name.strip_prefix(['+', '-']).unwrap_or(name);
    let numbers = ["inf", "infinity", "nan"];
    name.is_empty()
        || ["true", "false", "null", "&&"].contains(&name)
        || numbers
            .iter()
            .any(|known| known.eq_ignore_ascii_case(number))
        || name.chars().any(|character| {
            character.is_numeric()
                || character.is_whitespace()
                || "[]:`{}#'\";()|$,.!?=".contains(character)
        })
}
