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
pub struct Redactor {
    values: Vec<String>,
}

impl Redactor {
    /// Hides the values of those of `variables` that are called like secrets.
    pub fn new<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Redactor {
        let secrets = variables
            .into_iter()
            .filter(|(name, value)| value.len() >= SHORTEST && is_secret(name));
        let mut values: Vec<String> = secrets.map(|(_, value)| value.to_owned()).collect();
        // The longest first, so that no part of one is left beside another.
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        Redactor { values }
    }

    /// The text without secrets.
    pub fn clean(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for value in &self.values {
            if text.contains(value.as_str()) {
                text = text.replace(value.as_str(), HIDDEN);
            }
        }
        let mut is_announced = false;
        let words = text.split_inclusive(char::is_whitespace).map(|word| {
            let clean = match is_announced && !word.trim().is_empty() {
                true => format!(
                    "{HIDDEN}{}",
                    word.get(word.trim_end().len()..).unwrap_or_default()
                ),
                false => assignment(&fields(&address(word))),
            };
            is_announced = announces(word.trim()) || (is_announced && word.trim().is_empty());
            clean
        });
        words.collect()
    }
}

/// Whether `name` is one for a secret.
fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase().replace('-', "_");
    SECRET.iter().any(|word| name.contains(word))
}

/// Whether the word after `word` is a secret: `Bearer`, `--token`, `"token":`.
fn announces(word: &str) -> bool {
    let bare = word.trim_matches(['"', '\'', ',', '{', '[', '(']);
    if bare.eq_ignore_ascii_case("bearer") {
        return true;
    }
    let is_option = bare.starts_with("--") && !bare.contains('=');
    let is_field = word.ends_with("\":");
    (is_option || is_field) && is_secret(bare)
}

/// JSON without the texts of fields that are called like secrets: `{"token":"***"}`.
fn fields(word: &str) -> String {
    const BETWEEN: &str = "\":\"";
    let mut clean = String::new();
    let mut rest = word;
    while let Some((before, after)) = rest.split_once(BETWEEN) {
        clean.push_str(before);
        clean.push_str(BETWEEN);
        let name = before.rsplit('"').next().unwrap_or_default();
        rest = match after.find('"').filter(|_| is_secret(name)) {
            Some(end) => {
                clean.push_str(HIDDEN);
                after.get(end..).unwrap_or_default()
            }
            None => after,
        };
    }
    clean + rest
}

/// `https://user:password@host` without what is before the `@`.
pub fn address(word: &str) -> String {
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
    if let Some((name, value)) = bare.split_once('=')
        && !value.is_empty()
        && is_secret(name)
    {
        return format!("{name}={HIDDEN}{space}");
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
                "Authorization: Bearer  abc.def end",
                "Authorization: Bearer  *** end",
            ),
            (
                "login --token abc --user zoe",
                "login --token *** --user zoe",
            ),
            ("--api-key=abc", "--api-key=***"),
            (
                r#"{"user":"zoe","auth_token":"abc","n":1}"#,
                r#"{"user":"zoe","auth_token":"***","n":1}"#,
            ),
            (
                r#"{ "token": "abc", "n": 1 }"#,
                r#"{ "token": *** "n": 1 }"#,
            ),
            ("the token expired", "the token expired"),
            (
                &format!("--workspace-info '{long}'"),
                "--workspace-info ***",
            ),
        ] {
            assert_eq!(redactor.clean(text), expected);
        }
    }
}
