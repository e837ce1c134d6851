//! Builds inside a workspace that may share no file with this machine.
//!
//! The folder on this machine is what its user edits and what a build is of. So a build sends the
//! sources in as they are now, to a folder of its own beside the workspace's, works there, and
//! brings the result back.

mod archive;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use flow_process::{Command, Executor, Outcome, ProcessError};
use sha2::{Digest, Sha256};

use crate::error::WorkspaceError;

use crate::call::Call;
use crate::provider::Provider;
use crate::workspace::WorkspaceId;

/// Makes `$1` a folder with the files of the archive on stdin and nothing else, and removes the rest.
const RECEIVE: &str = r#"set -e
rm -rf -- "$1"
mkdir -p -- "$1"
tar -xof - -C "$1"
shift
rm -rf -- "$@""#;

/// Prints the names of the files in `$1`.
const LIST: &str = r#"cd "$1" && for f in *; do [ -f "$f" ] && printf '%s\n' "$f"; done; true"#;

/// Runs programs inside a workspace of a provider.
#[derive(Clone)]
pub struct WorkspaceExecutor {
    provider: Arc<dyn Provider>,
    id: WorkspaceId,
    /// The source folder on this machine, and the folder inside that builds have to themselves.
    build: Option<(PathBuf, PathBuf)>,
    /// Whether that folder has the sources.
    sent: Arc<AtomicBool>,
}

impl WorkspaceExecutor {
    /// An executor for the workspace `id` of `provider`, whose programs run in its own folder.
    pub fn new(provider: Arc<dyn Provider>, id: WorkspaceId) -> WorkspaceExecutor {
        WorkspaceExecutor {
            provider,
            id,
            build: None,
            sent: Arc::default(),
        }
    }

    /// An executor for builds of what is in `source`, the workspace's folder on this machine.
    pub fn for_builds(
        provider: Arc<dyn Provider>,
        id: WorkspaceId,
        source: &Path,
    ) -> WorkspaceExecutor {
        let source = source
            .canonicalize()
            .unwrap_or_else(|_| source.to_path_buf());
        // Whoever shares a `/tmp`, such as a double of DevPod, does not share this.
        let place = format!(
            "{:x}",
            Sha256::digest(source.as_os_str().as_encoded_bytes())
        );
        let place = place.get(..8).unwrap_or_default();
        let build = PathBuf::from(format!("/tmp/flow-build-{id}-{place}"));
        WorkspaceExecutor {
            build: Some((source, build)),
            ..WorkspaceExecutor::new(provider, id)
        }
    }

    /// The working directory of a program: before anything was sent in, that is the folder of the
    /// workspace itself, in which the same questions have the same answers.
    fn directory(&self, dir: &Path) -> PathBuf {
        match &self.build {
            Some((source, _)) if !self.sent.load(Ordering::Relaxed) => {
                dir.strip_prefix(source).unwrap_or(dir).to_path_buf()
            }
            _ => self.inside(dir),
        }
    }

    /// The text with a path of this machine that leads into the sources as programs see it.
    fn translate(&self, text: &str) -> String {
        let Some((source, _)) = &self.build else {
            return text.to_owned();
        };
        let path = Path::new(text);
        match path.starts_with(source) {
            true => self.inside(path).to_string_lossy().into_owned(),
            false => text.to_owned(),
        }
    }

    fn shell(
        &self,
        line: &str,
        arguments: &[&Path],
        stdin: Vec<u8>,
        cancel: &AtomicBool,
    ) -> Result<Outcome, ProcessError> {
        let arguments = arguments
            .iter()
            .map(|path| path.to_string_lossy().into_owned());
        let words = ["-c", line, "sh"]
            .map(str::to_owned)
            .into_iter()
            .chain(arguments);
        let mut command = Command::new("sh", words, "");
        command.stdin = stdin;
        let outcome = self.provider.exec(&self.id, &command, cancel, &mut |_| {});
        let outcome = outcome.map_err(into_process_error)?;
        if outcome.success() {
            return Ok(outcome);
        }
        let said = String::from_utf8_lossy(&outcome.stderr).trim().to_owned();
        Err(ProcessError::elsewhere(WorkspaceError::Transfer {
            id: self.id.to_string(),
            reason: said,
        }))
    }
}

impl Executor for WorkspaceExecutor {
    fn place(&self) -> String {
        format!("workspace `{}`", self.id)
    }

    fn run(
        &self,
        command: &Command,
        cancel: &AtomicBool,
        on_line: &mut dyn FnMut(&str),
    ) -> Result<Outcome, ProcessError> {
        let mut command = command.clone();
        command.dir = self.directory(&command.dir);
        command.args = command
            .args
            .iter()
            .map(|word| self.translate(word))
            .collect();
        for (_, value) in &mut command.env {
            *value = self.translate(value);
        }
        let outcome = self.provider.exec(&self.id, &command, cancel, on_line);
        outcome.map_err(into_process_error)
    }

    fn copy_out(&self, from: &Path, to: &Path, cancel: &AtomicBool) -> Result<u64, ProcessError> {
        let copied = self
            .provider
            .copy_out(&self.id, from, to, &Call::new(cancel, None));
        copied.map_err(into_process_error)
    }

    fn is_here(&self) -> bool {
        self.build.is_none()
    }

    fn inside(&self, path: &Path) -> PathBuf {
        let Some((source, build)) = &self.build else {
            return path.to_path_buf();
        };
        match path.strip_prefix(source) {
            Ok(below) if below.as_os_str().is_empty() => build.join("source"),
            Ok(below) => build.join("source").join(below),
            Err(_) => path.to_path_buf(),
        }
    }

    fn scratch(&self, path: &Path) -> PathBuf {
        let Some((_, build)) = &self.build else {
            return path.to_path_buf();
        };
        // The names of the last two folders say which toolchain and which number.
        let mut names: Vec<_> = path.iter().rev().take(2).collect();
        names.reverse();
        build
            .join("scratch")
            .join(names.iter().collect::<PathBuf>())
    }

    fn prepare(
        &self,
        files: &[PathBuf],
        stale: &[PathBuf],
        cancel: &AtomicBool,
    ) -> Result<(), ProcessError> {
        let Some((source, build)) = &self.build else {
            return Ok(());
        };
        let no_file = |path: &Path| {
            ProcessError::elsewhere(WorkspaceError::NoFile {
                id: self.id.to_string(),
                path: path.to_path_buf(),
            })
        };
        let outside = files.iter().find(|path| !path.starts_with(source));
        if let Some(outside) = outside {
            return Err(no_file(outside));
        }
        let archive = archive::of(source, files).map_err(|(path, error)| {
            ProcessError::elsewhere(WorkspaceError::storage("read", path)(error))
        })?;
        let target = build.join("source");
        let mut arguments = vec![target.as_path()];
        arguments.extend(stale.iter().map(PathBuf::as_path));
        self.shell(RECEIVE, &arguments, archive, cancel)?;
        self.sent.store(true, Ordering::Relaxed);
        Ok(())
    }

    fn files_in(&self, folder: &Path, cancel: &AtomicBool) -> Result<Vec<String>, ProcessError> {
        let listed = self.shell(LIST, &[folder], Vec::new(), cancel)?;
        let text = String::from_utf8_lossy(&listed.stdout).into_owned();
        Ok(text.lines().map(str::to_owned).collect())
    }
}

fn into_process_error(error: WorkspaceError) -> ProcessError {
    match error {
        WorkspaceError::Process(error) => error,
        error => ProcessError::elsewhere(error),
    }
}
