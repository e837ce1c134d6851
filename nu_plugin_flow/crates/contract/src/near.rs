//! The name that was probably meant, and lists of names, for messages.

/// The name that was probably meant: the nearest one with at most a third of
/// its letters wrong, swapped letters counting once, or the same in another case.
pub fn nearest<'n>(known: impl IntoIterator<Item = &'n str>, found: &str) -> Option<&'n str> {
    let found = found.to_lowercase();
    let allowed = (found.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|name| (strsim::osa_distance(&name.to_lowercase(), &found), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// The texts as literals in a list: "`a`, `b`".
pub fn literals<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let quoted = texts.into_iter().map(|text| format!("`{text}`"));
    quoted.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant_and_invents_nothing() {
        let known = ["int", "datetime", "filesize"];
        for (found, expected) in [
            ("itn", Some("int")),
            ("INT", Some("int")),
            ("datetme", Some("datetime")),
            ("file_size", Some("filesize")),
            ("quux", None),
            ("", None),
        ] {
            assert_eq!(nearest(known, found), expected, "{found}");
        }
    }
}
