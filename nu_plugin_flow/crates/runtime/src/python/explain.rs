//! Turns what Python reports into what a person should read.

use std::path::Path;

use pyodide_wasmtime::{Reason, Refusal};

use super::layout::{FOLDER, WORK};

/// The file and line of the last frame.
pub(super) fn place(traceback: &str) -> Option<String> {
    let mut frames = traceback
        .lines()
        .filter_map(|line| line.strip_prefix("  File \""));
    let (file, rest) = frames.next_back()?.split_once("\", line ")?;
    let line: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Some(format!("{file}:{line}"))
}

/// What would grant what was refused.
pub(super) fn granting(refusal: &Refusal) -> String {
    let path = &refusal.path;
    if Path::new(path).starts_with(FOLDER) {
        return format!(
            "`{path}` is the agent's own, which it cannot change: write to `/tmp`, or to a granted directory"
        );
    }
    let why = match refusal.reason {
        Reason::NotGranted => "was not granted",
        Reason::ReadOnly => "was granted for reading only",
        Reason::Outside => {
            return format!(
                "`{path}` leads out of the granted directory: grant the directory that it leads to, or copy the file"
            );
        }
        Reason::Special => {
            return format!(
                "`{path}` is no regular file: only files and directories can be opened"
            );
        }
    };
    let access = if refusal.write { "rw" } else { "ro" };
    let folder = Path::new(path).parent().unwrap_or(Path::new("/"));
    let folder = folder.strip_prefix(WORK).unwrap_or(folder).display();
    let folder = match folder.to_string().as_str() {
        "" => ".".to_owned(),
        folder => folder.to_owned(),
    };
    format!(
        "`{path}` {why}: `--allow-dir {folder}:{access}`, or `dirs = [\"{folder}:{access}\"]` under [permissions] in agent.toml"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_where_its_last_frame_is() {
        let traceback = "Traceback (most recent call last):\n  File \"main.py\", line 3, in handle\n    f()\n  File \"lib/two.py\", line 12, in f\n    boom()\nValueError: no";
        assert_eq!(place(traceback).as_deref(), Some("lib/two.py:12"));
        assert_eq!(place("ValueError: no"), None);
    }
}
