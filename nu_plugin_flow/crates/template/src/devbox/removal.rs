//! Taking an entry out of a text, and its comma with it, without touching any comment: the syntax
//! tree of `jsonc-parser` takes comments beside an entry for a part of it.

use std::ops::Range;

use jsonc_parser::ast::{Array, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::tokens::{Token, TokenAndRange};
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseResult, parse_to_ast};

use super::dialect::{INCLUDE, dialect};

/// The text without the entries of `include` that fit. With `and_key`, an `include` that is empty
/// then goes too, unless there is a comment in it. A text that cannot be read stays as it is.
pub(super) fn without(text: &str, fits: impl Fn(&str) -> bool, and_key: bool) -> String {
    let mut text = text.to_owned();
    while let Some((node, tokens)) = find(&text, |array| entry(array, &fits)) {
        text = cut(&text, &node, &tokens);
    }
    if and_key && let Some((node, tokens)) = find_empty(&text) {
        text = cut(&text, &node, &tokens);
    }
    text
}

/// Tokens without comments.
type Tokens = Vec<(bool, Range<usize>)>;

fn parse(text: &str) -> Option<ParseResult<'_>> {
    let collect = CollectOptions {
        comments: CommentCollectionStrategy::AsTokens,
        tokens: true,
    };
    parse_to_ast(text, &collect, &dialect()).ok()
}

fn range(node: &impl Ranged) -> Range<usize> {
    node.start()..node.end()
}

fn is_comment(token: &TokenAndRange<'_>) -> bool {
    matches!(token.token, Token::CommentLine(_) | Token::CommentBlock(_))
}

/// Whether each token is a comma, and where it is.
fn solid(tokens: &[TokenAndRange<'_>]) -> Tokens {
    let solid = tokens.iter().filter(|token| !is_comment(token));
    solid
        .map(|token| (token.token == Token::Comma, range(&token.range)))
        .collect()
}

fn find(
    text: &str,
    choose: impl Fn(&Array<'_>) -> Option<Range<usize>>,
) -> Option<(Range<usize>, Tokens)> {
    let parsed = parse(text)?;
    let Some(Value::Object(object)) = &parsed.value else {
        return None;
    };
    let node = choose(object.get_array(INCLUDE)?)?;
    Some((node, solid(&parsed.tokens?)))
}

fn entry(array: &Array<'_>, fits: impl Fn(&str) -> bool) -> Option<Range<usize>> {
    let mut elements = array.elements.iter();
    let found = elements.find(|element| match element {
        Value::StringLit(text) => fits(&text.value),
        _ => false,
    });
    found.map(range)
}

/// The property `include`, where its list is empty and there is no comment in it.
fn find_empty(text: &str) -> Option<(Range<usize>, Tokens)> {
    let parsed = parse(text)?;
    let Some(Value::Object(object)) = &parsed.value else {
        return None;
    };
    let property = object.get(INCLUDE)?;
    let node = range(property);
    let tokens = parsed.tokens.as_ref()?;
    let commented = tokens
        .iter()
        .any(|token| is_comment(token) && node.contains(&token.range.start));
    let empty = matches!(&property.value, Value::Array(array) if array.elements.is_empty());
    (empty && !commented).then(|| (node, solid(tokens)))
}

/// The text without the node and one comma beside it; with its lines, where nothing else is on them.
fn cut(text: &str, node: &Range<usize>, tokens: &Tokens) -> String {
    let after = tokens.iter().find(|(_, token)| token.start >= node.end);
    let before = tokens.iter().rfind(|(_, token)| token.end <= node.start);
    let comma = [after, before]
        .into_iter()
        .flatten()
        .find(|(comma, _)| *comma);
    let mut cuts = Vec::new();
    match comma {
        Some((_, comma)) if comma.start >= node.end && is_blank(text, node.end..comma.start) => {
            cuts.push(widen(text, node.start..comma.end));
        }
        Some((_, comma)) => cuts.extend([comma.clone(), widen(text, node.clone())]),
        None => cuts.push(widen(text, node.clone())),
    }
    let stays = |(place, _): &(usize, char)| !cuts.iter().any(|cut| cut.contains(place));
    text.char_indices()
        .filter(stays)
        .map(|(_, letter)| letter)
        .collect()
}

fn is_blank(text: &str, range: Range<usize>) -> bool {
    text.get(range)
        .is_some_and(|between| between.trim().is_empty())
}

/// Whole lines where nothing else is on them, else the blanks before it.
fn widen(text: &str, range: Range<usize>) -> Range<usize> {
    let head = text.get(..range.start).unwrap_or_default();
    let tail = text.get(range.end..).unwrap_or_default();
    let line_start = head.rfind('\n').map(|newline| newline + 1);
    let line_end = tail.find('\n').map(|newline| range.end + newline + 1);
    match (line_start, line_end) {
        (Some(start), Some(end))
            if is_blank(text, start..range.start) && is_blank(text, range.end..end) =>
        {
            start..end
        }
        (Some(start), _) if is_blank(text, start..range.start) => range,
        _ => head.trim_end_matches([' ', '\t']).len()..range.end,
    }
}
