//! Whether a program is a handler: whether it calls `flow.Handle`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::languages::facts::GO_MODULE;

/// What the SDK is imported as.
const SDK: &str = "flow";

/// The sources of the module at `root`, without tests and without other modules
/// below it.
pub(super) fn files(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        for path in entries.map(|entry| entry.path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with(['.', '_']) {
                continue;
            }
            if !path.is_dir() {
                if name.ends_with(".go") && !name.ends_with("_test.go") {
                    found.push(path);
                }
            } else if !path.join(GO_MODULE).is_file() && !["vendor", "testdata"].contains(&&*name) {
                folders.push(path);
            }
        }
    }
    found
}

/// The package that the file at `path` is of, where that can be read.
pub(super) fn package(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    match tokens(&text).as_slice() {
        [Token::Word("package"), Token::Word(name), ..] => Some((*name).to_owned()),
        _ => None,
    }
}

/// Whether one of the files calls `flow.Handle`. One that cannot be read does not.
pub(super) fn is_handler(files: &[PathBuf]) -> bool {
    let texts = files
        .iter()
        .filter_map(|file| fs::read_to_string(file).ok());
    texts.into_iter().any(|text| calls_handle(&text))
}

fn calls_handle(text: &str) -> bool {
    let tokens = tokens(text);
    let mut name = None;
    for (number, token) in tokens.iter().enumerate() {
        if *token == Token::Text(SDK) {
            // `import "flow"`, `import x "flow"`, or the same in a block.
            name = Some(
                match number.checked_sub(1).and_then(|before| tokens.get(before)) {
                    Some(Token::Word(word)) if *word != "import" => *word,
                    Some(Token::Sign('.')) => "",
                    _ => SDK,
                },
            );
            break;
        }
    }
    let Some(name) = name else {
        return false;
    };
    tokens.windows(3).any(|window| match window {
        [
            Token::Word(package),
            Token::Sign('.'),
            Token::Word("Handle"),
        ] => *package == name,
        [_, Token::Word("Handle"), Token::Sign('(' | '[')] => name.is_empty(),
        _ => false,
    })
}

/// As much of Go's grammar as it takes not to be misled by comments and texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    Word(&'a str),
    Text(&'a str),
    Sign(char),
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let after = |end: &str| rest.find(end).map_or(rest.len(), |at| at + end.len());
        let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
        let length = if rest.starts_with("//") {
            after("\n")
        } else if rest.starts_with("/*") {
            after("*/")
        } else if matches!(first, '"' | '`' | '\'') {
            let length = quoted(rest, first);
            let inner = rest.get(1..length.saturating_sub(1)).unwrap_or_default();
            tokens.push(Token::Text(inner));
            length
        } else if is_word(first) {
            let length = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
            tokens.push(Token::Word(rest.get(..length).unwrap_or_default()));
            length
        } else {
            if !first.is_whitespace() {
                tokens.push(Token::Sign(first));
            }
            first.len_utf8()
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    tokens
}

/// Bytes of the text that begins `rest`, quotes and all.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in rest.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quote != '`' => escaped = true,
            _ if letter == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_calls_handle_is_a_handler() {
        for text in [
            "package main\nimport \"flow\"\nfunc main() { flow.Handle(handle) }",
            "package main\nimport (\n\t\"os\"\n\tagent \"flow\"\n)\nfunc main() {\n\tagent.Handle[int, int](handle)\n}",
            "package main\nimport . `flow`\nfunc main() { Handle(handle) }",
            "package main /* ' */ // \"\nimport \"flow\"\nvar a, b = '\"', `\"`\nfunc main() { flow . Handle (f) }",
        ] {
            assert!(calls_handle(text), "{text}");
        }
    }

    #[test]
    fn a_program_that_only_speaks_of_it_is_none() {
        for text in [
            "",
            "package main\nfunc main() {}",
            "package main\nimport \"os\"\nfunc main() { flow.Handle(handle) }",
            "package main\nimport \"flow\"\n// flow.Handle(handle)\n/* flow.Handle(handle) */\nvar _ = \"flow.Handle(handle)\"\nvar _ = flow.Many(1)",
            "package main\nimport agent \"flow\"\nfunc main() { flow.Handle(handle) }",
            "package main\nimport \"flow\"\nvar unfinished = \"",
        ] {
            assert!(!calls_handle(text), "{text}");
        }
    }

    #[test]
    fn a_package_is_read_behind_comments() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("main.go");
        assert_eq!(package(&path), None);
        fs::write(
            &path,
            "// package x\n//go:build wasip1\n\n/* y */ package score\n",
        )
        .unwrap();
        assert_eq!(package(&path).as_deref(), Some("score"));
        fs::write(&path, "packages main").unwrap();
        assert_eq!(package(&path), None);
    }

    #[test]
    fn tests_hidden_folders_and_other_modules_are_no_sources() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for file in [
            "main.go",
            "main_test.go",
            "cmd/a.go",
            ".flow/sdk/go/flow.go",
            "vendor/v.go",
            "other/o.go",
            "other/go.mod",
            "_old.go",
        ] {
            fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
            fs::write(root.join(file), "").unwrap();
        }
        let mut found = files(root);
        found.sort();
        assert_eq!(found, [root.join("cmd/a.go"), root.join("main.go")]);
    }
}
