use miette::Diagnostic;
use proptest::prelude::*;

use super::*;

const ENTRY: &str = "path:.flow/devbox/rust";

#[test]
fn comments_order_and_layout_stay_and_one_entry_comes() {
    let text = "// ours\r\n{\r\n\t\"packages\": [\"jq@1\",], // pinned\r\n\t/* why */ \"include\": [\r\n\t\t\"github:a/b\", // b\r\n\t],\r\n\t\"env\": {\"A\": \"1\"}, // last\r\n}\r\n";
    let expected = "// ours\r\n{\r\n\t\"packages\": [\"jq@1\",], // pinned\r\n\t/* why */ \"include\": [\r\n\t\t\"github:a/b\", // b\r\n\t\t\"path:.flow/devbox/rust\",\r\n\t],\r\n\t\"env\": {\"A\": \"1\"}, // last\r\n}\r\n";
    assert_eq!(with_include(text, ENTRY).unwrap(), expected);
    assert_eq!(without_include(expected, ENTRY, false).unwrap(), text);
}

#[test]
fn a_file_without_include_gets_one_at_its_end() {
    let text = "{\n  \"packages\": [] // none yet\n}\n";
    let expected =
        "{\n  \"packages\": [], // none yet\n  \"include\": [\"path:.flow/devbox/rust\"]\n}\n";
    assert_eq!(with_include(text, ENTRY).unwrap(), expected);
    assert_eq!(without_include(expected, ENTRY, true).unwrap(), text);
}

#[test]
fn a_byte_order_mark_stays() {
    let added = with_include("\u{feff}{}", ENTRY).unwrap();
    assert!(added.starts_with("\u{feff}{"), "{added:?}");
    assert_eq!(includes(&added).unwrap(), [ENTRY]);
}

#[test]
fn what_devbox_cannot_read_is_an_error_with_its_place() {
    let cases = [
        "",
        "[]",
        "// only a comment",
        "{\"packages\": [\"a\"",
        "{\n  \"packages\": [\"a\"\n  \"b\"]\n}",
        "{'packages': []}",
        "{packages: []}",
        "{\n  \"include\": \"path:a\"\n}",
        "{\n  \"include\": [1]\n}",
        "{\n  \"include\": [\"path:a\", \"path:./a/\"]\n}",
        "{\"env\": {},\n \"env\": {}}",
        "\u{feff}{\n  \"include\": [1]\n}",
        "{} {}",
    ];
    let report = cases.map(|text| {
        let error = includes(text).unwrap_err();
        let label = error.labels().unwrap().next().unwrap();
        let source = error.source_code().unwrap();
        let place = source.read_span(label.inner(), 0, 0).ok();
        let place = place.map(|found| {
            let text = String::from_utf8_lossy(found.data()).trim().to_owned();
            let reason = label.label().unwrap();
            format!(
                "{}:{}: {reason}: {text}",
                found.line() + 1,
                found.column() + 1
            )
        });
        format!(
            "{text:?}\n  {}",
            place.unwrap_or_else(|| "no place".to_owned())
        )
    });
    insta::assert_snapshot!(report.join("\n"));
}

#[test]
fn one_plugin_can_be_written_in_several_ways() {
    for other in [
        "path:./.flow/devbox/rust",
        "path:.flow/devbox/rust/",
        "path:.flow/devbox/rust/plugin.json",
    ] {
        assert!(same(ENTRY, other), "{other}");
    }
    for other in [
        "path:.flow/devbox/go",
        "github:.flow/devbox/rust",
        "plugin:rust",
        "",
    ] {
        assert!(!same(ENTRY, other), "{other}");
    }
}

/// Whitespace and comments, as somebody may write them.
fn space() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just(""),
        Just(" "),
        Just("\n"),
        Just("\n  "),
        Just(" // note\n"),
        Just("/* [ \" */"),
        Just("\t"),
        Just("\r\n"),
    ];
    proptest::collection::vec(piece, 0..3).prop_map(|pieces| pieces.concat())
}

/// Items in brackets, with or without a comma at the end.
fn bracketed(
    open: &'static str,
    close: &'static str,
    item: BoxedStrategy<String>,
) -> impl Strategy<Value = String> {
    let items = proptest::collection::vec((space(), item, space()), 0..4);
    (items, any::<bool>(), space()).prop_map(move |(items, trailing, space)| {
        let count = items.len();
        let mut text = open.to_owned();
        for (position, (before, item, after)) in items.into_iter().enumerate() {
            text += &format!("{before}{item}{after}");
            if position + 1 < count || trailing {
                text.push(',');
            }
        }
        text + &space + close
    })
}

/// A `devbox.json` as somebody may write it.
fn file() -> impl Strategy<Value = String> {
    let number = 0..u32::MAX;
    let text = number
        .prop_map(|number| format!("\"github:a/{number}\""))
        .boxed();
    let list = bracketed("[", "]", text).boxed();
    let fixed = [
        "\"env\": {\"A\": \"}\"}",
        "\"name\": \"x // y\"",
        "\"packages\":[\"jq\"]",
    ];
    let properties = (
        proptest::sample::subsequence(fixed.to_vec(), 0..=3),
        proptest::option::of(list),
        space(),
        space(),
    );
    (properties, space(), space(), any::<bool>()).prop_map(
        |((mut some, include, a, b), before, after, trailing)| {
            let include = include.map(|list| format!("\"include\"{a}:{b}{list}"));
            some.extend(include.as_deref());
            let comma = if trailing && !some.is_empty() {
                ","
            } else {
                ""
            };
            format!(
                "{before}{{{a}{}{comma}{b}}}{after}",
                some.join(&format!(",{b}"))
            )
        },
    )
}

/// All comments of a text, in order.
fn comments(text: &str) -> Vec<String> {
    let root = CstRootNode::parse(text, &dialect()).unwrap();
    fn collect(node: &jsonc_parser::cst::CstNode, found: &mut Vec<String>) {
        if let Some(comment) = node.as_comment() {
            found.push(comment.raw_value());
        }
        for child in node.children() {
            collect(&child, found);
        }
    }
    let mut found = Vec::new();
    for child in root.children() {
        collect(&child, &mut found);
    }
    found
}

proptest! {
    #[test]
    fn an_entry_is_added_once_and_nothing_is_lost(text in file()) {
        let Ok(before) = includes(&text) else { return Ok(()) };
        let added = with_include(&text, ENTRY).unwrap();
        let mut expected = before.clone();
        expected.push(ENTRY.to_owned());
        prop_assert_eq!(includes(&added).unwrap(), expected);
        prop_assert_eq!(comments(&added), comments(&text));
        let removed = without_include(&added, ENTRY, !has_include(&text)).unwrap();
        prop_assert_eq!(includes(&removed).unwrap(), before);
        prop_assert_eq!(comments(&removed), comments(&text));
    }
}
