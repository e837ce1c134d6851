//! Which of an agent's own files a name in a source means.

/// What an import may leave out at its end.
const ENDINGS: [&str; 11] = [
    "",
    ".js",
    ".mjs",
    ".ts",
    ".mts",
    ".json",
    ".nu",
    "/index.js",
    "/index.mjs",
    "/index.ts",
    "/mod.nu",
];

/// What TypeScript's imports say, and what the file is called.
const COMPILED: [(&str, &str); 2] = [(".js", ".ts"), (".mjs", ".mts")];

/// The files that `name`, as the file `from` writes it, may stand for, the
/// likeliest first; paths are relative to the agent's folder.
pub(crate) fn candidates(from: &str, name: &str) -> Vec<String> {
    let Some(path) = joined(from, name) else {
        return Vec::new();
    };
    let compiled = COMPILED.iter().filter_map(|(said, called)| {
        let stem = path.strip_suffix(said)?;
        Some(format!("{stem}{called}"))
    });
    let ended = ENDINGS.iter().map(|ending| format!("{path}{ending}"));
    ended.chain(compiled).collect()
}

/// `name` seen from the file `from`; nothing where it leads out of the folder.
fn joined(from: &str, name: &str) -> Option<String> {
    let mut parts: Vec<&str> = match name.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => from
            .rsplit_once('/')
            .map_or(Vec::new(), |(folder, _)| folder.split('/').collect()),
    };
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_seen_from_the_file_that_writes_them() {
        let first = |from: &str, name: &str| candidates(from, name).into_iter().next();
        assert_eq!(first("a/b.js", "./c.js").as_deref(), Some("a/c.js"));
        assert_eq!(first("a/b.js", "../c.js").as_deref(), Some("c.js"));
        assert_eq!(first("b.nu", "lib/c.nu").as_deref(), Some("lib/c.nu"));
        assert_eq!(first("b.js", "../c.js"), None);
        let typescript = candidates("main.ts", "./score.js");
        assert!(typescript.contains(&"score.ts".to_owned()));
        assert!(candidates("main.nu", "lib").contains(&"lib/mod.nu".to_owned()));
    }
}
