//! `log.jsonl`: what was done with a workspace, a line each.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

const FILE: &str = "log.jsonl";
/// Bytes from which the log is begun anew, so that it never grows without end.
const LONGEST: u64 = 4 << 20;

/// How much a line of a log matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// What happened.
    Info,
    /// What may be wrong.
    Warning,
    /// What failed.
    Error,
}

impl Level {
    /// The level in lowercase, as shown in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Info => "info",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

/// One line of a workspace's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When it was written; unknown for what a container wrote.
    pub time: Option<SystemTime>,
    /// How much it matters.
    pub level: Level,
    /// Who wrote it: `flow`, or the `container`.
    pub source: &'static str,
    /// The text, without secrets.
    pub message: String,
}

#[derive(Serialize, Deserialize)]
struct Line {
    /// Milliseconds since 1970.
    time: u64,
    level: Level,
    message: String,
}

/// Adds a line; where that is not possible the workspace matters more than its log.
pub(super) fn append(folder: &Path, level: Level, message: &str) {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let line = Line {
        time: u64::try_from(since.unwrap_or_default().as_millis()).unwrap_or(u64::MAX),
        level,
        message: message.to_owned(),
    };
    let _ = try_append(folder, &line);
}

fn try_append(folder: &Path, line: &Line) -> io::Result<()> {
    let path = folder.join(FILE);
    if fs::metadata(&path).is_ok_and(|metadata| metadata.len() > LONGEST) {
        fs::rename(&path, folder.join("log.old.jsonl"))?;
    }
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    let file = OpenOptions::new().create(true).append(true).open(path);
    file?.write_all(&text)
}

/// All lines; one that a killed process left unfinished is left out.
pub(super) fn read(folder: &Path) -> io::Result<Vec<Event>> {
    let file = match File::open(folder.join(FILE)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        file => file?,
    };
    let mut events = Vec::new();
    for text in BufReader::new(file).lines() {
        let Ok(line) = serde_json::from_str::<Line>(&text?) else {
            continue;
        };
        events.push(Event {
            time: UNIX_EPOCH.checked_add(Duration::from_millis(line.time)),
            level: line.level,
            source: "flow",
            message: line.message,
        });
    }
    Ok(events)
}
