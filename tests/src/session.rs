//! One `nu` with the plugin, apart from everything of the person who runs the tests.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::tools::{built, nu, plugin, root, search_path};

/// A home, a data directory and a working directory that end with the session.
/// The cache is one for all sessions: it is addressed by content.
pub struct Session {
    directory: tempfile::TempDir,
    guests: PathBuf,
}

/// How a session ended.
pub enum Ended {
    /// By itself.
    Itself(Output),
    /// Killed, because it took longer than it may.
    Killed(Output),
}

/// Variables that come along: which Rust, how carefully, and how this machine reaches registries.
const INHERITED: [&str; 8] = [
    "RUSTUP_TOOLCHAIN",
    "CI",
    "CARGO_NET_OFFLINE",
    "PIP_CERT",
    "PIP_CONFIG_FILE",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_FILE",
    "PIP_FIND_LINKS",
];

impl Session {
    /// A new session that finds its guests in `guests`.
    pub fn new(guests: &Path) -> Session {
        let directory = tempfile::Builder::new()
            .prefix("flow-test-")
            .tempdir()
            .expect("a directory for a session");
        for name in ["home", "data", "work", "tmp"] {
            fs::create_dir(directory.path().join(name)).expect("a directory for a session");
        }
        Session {
            directory,
            guests: guests.to_path_buf(),
        }
    }

    /// The directory in which `nu` starts, empty at first.
    pub fn work(&self) -> PathBuf {
        self.directory.path().join("work")
    }

    /// `nu` with the plugin and `arguments`, in a process group of its own.
    pub fn command<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Command {
        use std::os::unix::process::CommandExt;

        let home = self.directory.path().join("home");
        let mut command = Command::new(nu());
        command
            .args(["--no-config-file", "--error-style", "plain", "--plugins"])
            .arg(plugin())
            .args(arguments)
            .current_dir(self.work())
            .env_clear()
            .env("PATH", search_path())
            .env("LANG", "C.UTF-8")
            .env("HOME", &home)
            .env("XDG_CONFIG_HOME", home.join(".config"))
            .env("XDG_DATA_HOME", home.join(".local/share"))
            .env("XDG_CACHE_HOME", home.join(".cache"))
            .env("TMPDIR", self.directory.path().join("tmp"))
            .env("FLOW_CACHE_DIR", built().join("flow-tests-cache"))
            .env("FLOW_ENGINES", crate::engines::installed())
            // What Go compiled of its standard library serves all sessions.
            .env("GOCACHE", built().join("flow-tests-go-cache"))
            .env("FLOW_DATA_DIR", self.directory.path().join("data"))
            // A DevPod of the machine's would be tried; cases that want one say so.
            .env("FLOW_DEVPOD", self.directory.path().join("no-devpod"))
            .env("FLOW_TESTS", root().join("tests"))
            .env("FLOW_GUESTS", &self.guests)
            .env("FLOW_PLUGIN", plugin())
            .env("FLOW_TOOLS", root().join(".tools"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        // Rust's own tools live in the real home; cargo's proxy settings come along.
        for (name, below_home) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
            let inherited = std::env::var_os(name).map(PathBuf::from);
            let usual = std::env::home_dir().map(|home| home.join(below_home));
            if let Some(path) = inherited.or(usual) {
                command.env(name, path);
            }
        }
        for name in INHERITED {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command
    }

    /// Runs `command` to its end; after `bound` it is killed, and all that it started.
    pub fn run(&self, command: &mut Command, bound: Duration) -> Ended {
        let child = command.spawn().expect("nu starts");
        let group = group(&child);
        let (sender, ended) = std::sync::mpsc::channel::<()>();
        let watcher = std::thread::spawn(move || {
            let late = ended.recv_timeout(bound) == Err(std::sync::mpsc::RecvTimeoutError::Timeout);
            if late {
                // The plugin is in a group of its own, and holds our pipes open.
                let plugins = children(group);
                for group in plugins.into_iter().chain([group]) {
                    let _ = kill_process_group(group, Signal::KILL);
                }
            }
            late
        });
        let output = child.wait_with_output().expect("nu ends");
        drop(sender);
        if watcher.join().expect("the watcher ends") {
            Ended::Killed(output)
        } else {
            Ended::Itself(output)
        }
    }
}

/// The process group of a session's `nu`: its own.
pub fn group(child: &Child) -> Pid {
    Pid::from_child(child)
}

/// The processes that `parent` started, where the system says so.
pub fn children(parent: Pid) -> Vec<Pid> {
    let parent = parent.as_raw_nonzero();
    let listed = Command::new("ps")
        .args(["-A", "-o", "ppid=,pid="])
        .output()
        .expect("ps runs");
    String::from_utf8_lossy(&listed.stdout)
        .lines()
        .filter_map(|line| {
            let (of, child) = line.trim().split_once(' ')?;
            (of == parent.to_string()).then(|| child.trim().parse().ok().and_then(Pid::from_raw))?
        })
        .collect()
}

/// Whether a process is there and not just waiting to be buried.
pub fn runs(process: Pid) -> bool {
    let id = process.as_raw_nonzero().to_string();
    let listed = Command::new("ps")
        .args(["-o", "stat=", "-p", &id])
        .output()
        .expect("ps runs");
    let state = String::from_utf8_lossy(&listed.stdout);
    !state.trim().is_empty() && !state.trim().starts_with('Z')
}

/// Waits until `condition` holds, at most `bound`; returns how long it took, or none.
pub fn wait_until(bound: Duration, mut condition: impl FnMut() -> bool) -> Option<Duration> {
    let start = Instant::now();
    while start.elapsed() < bound {
        if condition() {
            return Some(start.elapsed());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    None
}
