//! The modules and files that a source names.

use nu_parser::{Token, TokenContents, lex};

/// The depth of blocks that are searched.
const DEPTH: usize = 32;

/// The operands of `use`, `source` and the like as they are written, each once.
pub fn imports(source: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    collect(source, &mut found, DEPTH);
    found.sort();
    found.dedup();
    found
}

fn collect(source: &[u8], found: &mut Vec<String>, depth: usize) {
    if depth == 0 {
        return;
    }
    let (tokens, _) = lex(source, 0, &[], &[], true);
    for statement in tokens.split(|token| token.contents != TokenContents::Item) {
        let words: Vec<_> = statement.iter().map(|token| word(source, token)).collect();
        if let Some(name) = named(&words) {
            found.push(name.trim_matches(['"', '\'', '`']).to_owned());
        }
        for word in words {
            if let Some(inner) = word
                .strip_prefix('{')
                .and_then(|word| word.strip_suffix('}'))
            {
                collect(inner.as_bytes(), found, depth - 1);
            }
        }
    }
}

fn word<'s>(source: &'s [u8], token: &Token) -> &'s str {
    let bytes = source.get(token.span.start..token.span.end);
    std::str::from_utf8(bytes.unwrap_or_default()).unwrap_or_default()
}

fn named<'s>(words: &[&'s str]) -> Option<&'s str> {
    let words = match words {
        ["export", rest @ ..] => rest,
        words => words,
    };
    let name = match words {
        ["overlay", "use", rest @ ..] => rest,
        ["use" | "source" | "source-env" | "module", rest @ ..] => rest,
        _ => return None,
    };
    let name = name.iter().find(|word| !word.starts_with('-')).copied()?;
    // `module name { … }` defines a module; `source $constant` names no file.
    let plain = !name.starts_with(['$', '(', '{']) && !name.is_empty();
    let defined = words.first() == Some(&"module") && words.len() > 2;
    (plain && !defined && name != "null").then_some(name)
}
