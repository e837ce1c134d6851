//! Keeps secrets out of what is shown and kept.

/// Letters that make the name of a variable one for a secret.
const SECRET: [&str; 7] = [
    "TOKEN",
    "SECRET",
    "PASSWORD",
    "PASSWD",
    "CREDENTIAL",
    "API_KEY",
    "PRIVATE_KEY",
];
/// What stands in the place of a secret.
const HIDDEN: &str = "***";
/// Values shorter than this are no secrets, and would be found in every other word.
const SHORTEST: usize = 6;
/// DevPod hands options, secrets among them, to its agents as one long word of base64.
const LONG_WORD: usize = 256;

/// Finds secrets by the variables that hold them, and by what they look like.
#[derive(Clone, Debug, Default)]
pub(crate) struct Redactor {
    values: Vec<String>,
}

impl Redactor {
    /// Hides the values of those of `variables` that are called like secrets.
    pub(crate) fn new<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Redactor {
        let secrets = variables.into_iter().filter(|(name, value)| {
            let name = name.to_ascii_uppercase();
            value.len() >= SHORTEST && SECRET.iter().any(|word| name.contains(word))
        });
        let mut values: Vec<String> = secrets.map(|(_, value)| value.to_owned()).collect();
        // The longest first, so that no part of one is left beside another.
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        Redactor { values }
    }

    /// The text without secrets.
    pub(crate) fn clean(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for value in &self.values {
            if text.contains(value.as_str()) {
                text = text.replace(value.as_str(), HIDDEN);
            }
        }
        let words = text.split_inclusive(char::is_whitespace);
        words.map(|word| assignment(&address(word))).collect()
    }
}

/// `https://user:password@host` without what is before the `@`.
pub(crate) fn address(word: &str) -> String {
    let Some((scheme, rest)) = word.split_once("://") else {
        return word.to_owned();
    };
    let end = rest.find(['/', '?', '#', '\'', '"']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
    match authority.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}://{HIDDEN}@{host}{path}"),
        None => word.to_owned(),
    }
}

/// `NAME=value` without the value where the name is one for a secret, and no word of base64 that
/// is longer than any text.
fn assignment(word: &str) -> String {
    let bare = word.trim_end();
    let space = word.get(bare.len()..).unwrap_or_default();
    if let Some((name, value)) = bare.split_once('=') {
        let upper = name.to_ascii_uppercase();
        if !value.is_empty() && SECRET.iter().any(|secret| upper.contains(secret)) {
            return format!("{name}={HIDDEN}{space}");
        }
    }
    let is_base64 = |letter: char| letter.is_ascii_alphanumeric() || "+/=_-'\"".contains(letter);
    if bare.len() >= LONG_WORD && bare.chars().all(is_base64) {
        return format!("{HIDDEN}{space}");
    }
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_and_all_else_is_kept() {
        let redactor = Redactor::new([
            ("GITHUB_TOKEN", "ghp_abcdef"),
            ("DB_PASSWORD", "x"),
            ("HOME", "/home/zoe"),
        ]);
        let long = "A".repeat(300);
        for (text, expected) in [
            ("using ghp_abcdef here", "using *** here"),
            ("in /home/zoe, x stays\n", "in /home/zoe, x stays\n"),
            (
                "cloning https://zoe:pw@example.org/a.git now",
                "cloning https://***@example.org/a.git now",
            ),
            ("https://example.org/a@b", "https://example.org/a@b"),
            (
                "docker run -e API_TOKEN=12 image",
                "docker run -e API_TOKEN=*** image",
            ),
            ("a = b", "a = b"),
            (
                &format!("--workspace-info '{long}'"),
                "--workspace-info ***",
            ),
        ] {
            assert_eq!(redactor.clean(text), expected);
        }
    }
}
