//! Programs inside a workspace, with exact streams and status.
//!
//! `devpod ssh --command` ends with 1 whatever the program's status was, and loses lines of its
//! stderr; only its stdout is exact. So a script goes along that sends everything over stdout: a
//! first line that says that the connection stands, the program's stdout as it comes, then its
//! stderr from a file, then one line with status and length. A connection that broke has no last
//! line, and is never taken for an empty result.

use std::fmt::Write as _;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::Path;
use std::process::id as process_id;
use std::time::Duration;

use flow_process::Command;

/// Longest command line that is handed over as an argument; a longer one goes over stdin.
const LONGEST: usize = 60_000;

/// Sets `$b` to a folder for temporary files. A variable that came along from elsewhere may name one
/// that is not there.
const TEMPORARY: &str = r#"b="${TMPDIR:-/tmp}"
[ -d "$b" ] && [ -w "$b" ] || b=/tmp"#;

/// One run inside.
pub(super) struct Run {
    /// What marks the script's own lines: unlike anything that a program writes.
    mark: String,
    /// What a shell inside runs.
    pub script: String,
}

/// What came of a run.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// The program ran to its end.
    Itself {
        status: i32,
        stdout: Vec<u8>,
        stderr: Vec<u8>,
    },
    /// There is no such program inside.
    NoProgram,
    /// There is no such folder inside.
    NoFolder,
    /// There is no place for temporary files inside, or it is full.
    NoSpace,
    /// The connection broke after the script had begun.
    Broken,
    /// The script never began.
    NeverBegan,
}

impl Run {
    /// A run of `command` in the folder `directory` inside; it ends there after `deadline` even if
    /// nobody waits for it any more.
    pub fn new(command: &Command, directory: &Path, deadline: Option<Duration>) -> Run {
        let random = || RandomState::new().build_hasher().finish();
        let mark = format!("flow-{:x}-{:016x}{:016x}", process_id(), random(), random());
        let script = script(&mark, command, directory, deadline);
        Run { mark, script }
    }

    /// The command line, and what goes over stdin before the program's own input.
    pub fn hand_over(&self) -> (String, Vec<u8>) {
        if self.script.len() <= LONGEST {
            return (self.script.clone(), Vec::new());
        }
        // One byte at a time: a reader that takes more would take the program's input with it.
        let bytes = self.script.len();
        let line = format!(
            "f=$(mktemp) && dd bs=1 count={bytes} of=\"$f\" 2>/dev/null && . \"$f\"; rm -f \"$f\""
        );
        (line, self.script.clone().into_bytes())
    }

    /// A script that stops the program of this run, and whatever it started.
    pub fn stop(&self) -> String {
        format!(
            "{TEMPORARY}\nt=\"$b/{}\"\np=$(cat \"$t/p\" 2>/dev/null) && kill -TERM \"$p\" 2>/dev/null\nrm -rf \"$t\"",
            self.mark
        )
    }

    /// Takes apart what came over stdout.
    pub fn read(&self, stdout: &[u8]) -> Ended {
        let first = format!("{}\n", self.mark);
        let Some(begin) = find(stdout, first.as_bytes()) else {
            return Ended::NeverBegan;
        };
        let rest = stdout.get(begin + first.len()..).unwrap_or_default();
        let last = format!("{} ", self.mark);
        let Some(end) = find_last(rest, last.as_bytes()) else {
            return Ended::Broken;
        };
        let line = rest.get(end + last.len()..).unwrap_or_default();
        let line = String::from_utf8_lossy(line);
        let Some((line, _)) = line.split_once('\n') else {
            return Ended::Broken;
        };
        let words: Vec<&str> = line.split(' ').collect();
        let (kind, status, length) = match words.as_slice() {
            [kind, status, length] => (*kind, status.parse().ok(), length.parse().ok()),
            _ => return Ended::Broken,
        };
        match (kind, status, length) {
            ("program", ..) => Ended::NoProgram,
            ("folder", ..) => Ended::NoFolder,
            ("temporary", ..) => Ended::NoSpace,
            ("end", Some(status), Some(length)) => {
                let Some(border) = end.checked_sub(length) else {
                    return Ended::Broken;
                };
                Ended::Itself {
                    status,
                    stdout: rest.get(..border).unwrap_or_default().to_vec(),
                    stderr: rest.get(border..end).unwrap_or_default().to_vec(),
                }
            }
            _ => Ended::Broken,
        }
    }
}

fn script(mark: &str, command: &Command, directory: &Path, deadline: Option<Duration>) -> String {
    // Rounded up: the caller's own deadline comes first, and knows what to say.
    let seconds = deadline.map_or(0, |deadline| deadline.as_secs() + 3);
    let mut variables = String::new();
    for name in &command.env_remove {
        // Writing to a `String` cannot fail.
        let _ = writeln!(variables, "unset {name}");
    }
    for (name, value) in &command.env {
        let _ = writeln!(variables, "export {name}={}", quoted(value));
    }
    let mut line = quoted(&command.program);
    for argument in &command.args {
        let _ = write!(line, " {}", quoted(argument));
    }
    format!(
        r#"n={mark}
printf '%s\n' "$n"
{TEMPORARY}
t="$b/$n"
(umask 077 && mkdir "$t" && : >"$t/e") || {{
printf '%s temporary 0 0\n' "$n"
exit 0
}}
finish() {{
l=$(wc -c <"$t/e")
cat "$t/e"
rm -rf "$t"
printf '%s %s %s %s\n' "$n" "$1" "$2" "$((l))"
exit 0
}}
cd {directory} 2>/dev/null || finish folder 0
{variables}command -v {program} >/dev/null 2>&1 || finish program 0
exec 3<&0
if timeout -k 1 9 true </dev/null 2>/dev/null; then
timeout -k 5 {seconds} {line} <&3 3<&- 2>"$t/e" &
else
{line} <&3 3<&- 2>"$t/e" &
fi
p=$!
echo "$p" >"$t/p"
wait "$p"
finish end $?
"#,
        directory = quoted(&directory.to_string_lossy()),
        program = quoted(&command.program),
    )
}

/// The text as one word of a shell.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

fn find_last(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).rposition(|window| window == part)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;

    /// Runs the script as `devpod ssh` would, with a shell of this machine.
    fn run(command: &Command, directory: &str) -> Ended {
        let run = Run::new(command, Path::new(directory), Some(Duration::from_secs(20)));
        let (line, mut stdin) = run.hand_over();
        stdin.extend(&command.stdin);
        let mut shell = Command::shell(line, "/");
        shell.stdin = stdin;
        let outcome = flow_process::run(&shell, &AtomicBool::new(false), &mut |_| {}).unwrap();
        run.read(&outcome.stdout)
    }

    fn shell(line: &str) -> Command {
        Command::new("sh", ["-c", line], "")
    }

    fn ended(status: i32, stdout: &[u8], stderr: &[u8]) -> Ended {
        Ended::Itself {
            status,
            stdout: stdout.to_vec(),
            stderr: stderr.to_vec(),
        }
    }

    #[test]
    fn status_and_both_streams_are_exact() {
        let ran = run(&shell("printf 'a\\0b'; printf 'x\\ny' >&2; exit 7"), "/");
        assert_eq!(ran, ended(7, b"a\0b", b"x\ny"));
        assert_eq!(run(&shell("kill -9 $$"), "/"), ended(137, b"", b""));
        assert_eq!(run(&shell("pwd"), "/usr"), ended(0, b"/usr\n", b""));
    }

    #[test]
    fn arguments_variables_and_input_arrive_as_they_are() {
        let word = "it's $HOME \"x\" `y`\n\\ ü *";
        let mut command = Command::new("printf", ["%s", word], "");
        assert_eq!(run(&command, "/"), ended(0, word.as_bytes(), b""));
        command = shell("printf '%s|' \"$A\" \"${HOME-gone}\"; cat");
        command.env = vec![("A".to_owned(), word.to_owned())];
        command.env_remove = vec!["HOME".to_owned()];
        command.stdin = b"in\0put".to_vec();
        let expected = format!("{word}|gone|in\0put");
        assert_eq!(run(&command, "/"), ended(0, expected.as_bytes(), b""));
    }

    #[test]
    fn a_command_that_is_too_long_for_an_argument_arrives_with_its_input() {
        let long = "x".repeat(100_000);
        let mut command = Command::new("sh", ["-c", "printf %s \"$1\"; cat", "sh", &long], "");
        command.stdin = b"tail".to_vec();
        let expected = format!("{long}tail");
        assert_eq!(run(&command, "/"), ended(0, expected.as_bytes(), b""));
    }

    #[test]
    fn what_is_not_there_is_told_apart() {
        assert_eq!(
            run(&Command::new("no-such-program", [""; 0], ""), "/"),
            Ended::NoProgram
        );
        assert_eq!(run(&shell("true"), "/no/such/folder"), Ended::NoFolder);
    }

    #[test]
    fn a_folder_for_temporary_files_that_is_not_there_is_no_trouble() {
        let run = Run::new(&shell("echo ran"), Path::new("/"), None);
        let mut command = Command::shell(run.hand_over().0, "/");
        command.env = vec![("TMPDIR".to_owned(), "/no/such/folder".to_owned())];
        let outcome = flow_process::run(&command, &AtomicBool::new(false), &mut |_| {}).unwrap();
        assert_eq!(run.read(&outcome.stdout), ended(0, b"ran\n", b""));
    }

    #[test]
    fn a_broken_connection_is_no_empty_result() {
        let run = Run::new(&shell("true"), Path::new("/"), None);
        let mark = run.mark.clone();
        assert_eq!(run.read(b""), Ended::NeverBegan);
        assert_eq!(run.read(format!("{mark}\nhalf").as_bytes()), Ended::Broken);
        let cut = format!("{mark}\nout{mark} end 0");
        assert_eq!(run.read(cut.as_bytes()), Ended::Broken);
        let noise = format!("starting\n{mark}\nouterr{mark} end 0 3\nnoise");
        assert_eq!(run.read(noise.as_bytes()), ended(0, b"out", b"err"));
    }
}
