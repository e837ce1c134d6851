//! What esbuild says, as a table.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::diagnostics::{Level, Message};

/// The messages in esbuild's output: `✘ [ERROR] …`, an empty line, and the place
/// with its line of the source. Files are relative to `root`.
pub(crate) fn messages(output: &[u8], root: &Path) -> Vec<Message> {
    let output = String::from_utf8_lossy(output);
    let lines: Vec<_> = output.lines().collect();
    let starts = lines.iter().enumerate();
    let starts = starts.filter_map(|(at, line)| Some((at, head(line)?)));
    let starts: Vec<(usize, (Level, &str))> = starts.collect();
    let ends = starts.iter().skip(1).map(|(at, _)| *at);
    let ends = ends.chain([lines.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|((start, (level, text)), end)| {
            message(
                *level,
                text,
                lines.get(*start..end).unwrap_or_default(),
                root,
            )
        })
        .collect()
}

fn head(line: &str) -> Option<(Level, &str)> {
    let text = line.trim_start_matches(['✘', '▲', 'X', ' ']);
    let error = text
        .strip_prefix("[ERROR] ")
        .map(|text| (Level::Error, text));
    error.or_else(|| {
        let warning = text.strip_prefix("[WARNING] ");
        warning.map(|text| (Level::Warning, text))
    })
}

fn message(level: Level, text: &str, lines: &[&str], root: &Path) -> Message {
    let rendered = lines.join("\n").trim_end().to_owned() + "\n";
    let place = lines.iter().skip(1).find_map(|line| place(line));
    let Some((file, line, bytes)) = place else {
        return Message {
            place: None,
            level,
            message: text.to_owned(),
            code: None,
            rendered,
        };
    };
    let source = fs::read_to_string(root.join(&file)).unwrap_or_default();
    let shown = source
        .lines()
        .nth(line.saturating_sub(1))
        .unwrap_or_default();
    let before = shown.get(..bytes).unwrap_or(shown);
    let column = before.chars().count() + 1;
    let path = PathBuf::from(&file);
    let name = path.display().to_string();
    Message {
        level,
        rendered,
        ..Message::at(&name, &source, line, column, text)
    }
}

/// `    main.ts:1:14:`, with the column in bytes from 0.
fn place(line: &str) -> Option<(String, usize, usize)> {
    let mut parts = line.trim().strip_suffix(':')?.rsplitn(3, ':');
    let column = parts.next()?.parse().ok()?;
    let line = parts.next()?.parse().ok()?;
    Some((parts.next()?.to_owned(), line, column))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORDED: &str = "✘ [ERROR] Could not resolve \"lodash\"

    main.ts:2:14:
      2 │ import x from \"lodash\";
        ╵               ~~~~~~~~

  You can mark the path \"lodash\" as external to exclude it from the bundle.

▲ [WARNING] Comparison with -0 using the \"===\" operator [equals-negative-zero]

    main.ts:3:6:
      3 │ if (a === -0) {}
        ╵       ~~~~~~

1 warning and 1 error
";

    #[test]
    fn what_esbuild_says_becomes_messages_with_places() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join("main.ts"),
            "\nimport x from \"lodash\";\nif (a === -0) {}\n",
        )
        .unwrap();
        let found = messages(RECORDED.as_bytes(), folder.path());
        assert_eq!(found.len(), 2);
        let place = found[0].place.as_ref().unwrap();
        assert_eq!((place.line, place.column), (2, 15));
        assert_eq!(found[0].message, "Could not resolve \"lodash\"");
        assert_eq!(found[1].level, Level::Warning);
        assert!(found[0].rendered.contains("as external"));
        assert!(messages(b"npm warn deprecated", folder.path()).is_empty());
    }
}
