/// The candidate that was probably meant by `word`: the nearest one, if it
/// differs in at most a third of its letters.
pub(crate) fn near_miss<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.chars().count().max(3) / 3)
        .min()
        .map(|(_, candidate)| candidate)
}

/// The texts as literals in a list: "`a`, `b`".
pub(crate) fn list<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    texts
        .into_iter()
        .map(|text| format!("`{text}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_is_near_and_another_word_is_not() {
        let keys = ["timeout", "memory", "net"];
        assert_eq!(near_miss("timout", keys), Some("timeout"));
        assert_eq!(near_miss("memroy", keys), Some("memory"));
        assert_eq!(near_miss("nett", keys), Some("net"));
        assert_eq!(near_miss("colour", keys), None);
        assert_eq!(near_miss("", keys), None);
    }
}
