//! What the tests begin with: an agent, an interpreter and package tools that
//! only stand for the real ones, and count.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use flow_build::{
    Agent, Analysis, Artifact, BuildError, Builder, Bundle, Interpreter, InterpreterError,
    Progress, SyntaxProblem, Target, Version,
};
use flow_cache::{Bucket, Cache, Digest};
use flow_process::{Command, Executor, Outcome, ProcessError};

pub static GO: AtomicBool = AtomicBool::new(false);

/// Stands for Pyodide: reads lines, and takes `def (` for a mistake.
#[derive(Default)]
pub struct LineReader {
    pub read: AtomicUsize,
}

impl Interpreter for LineReader {
    fn name(&self) -> &'static str {
        "pyodide"
    }

    fn version(&self) -> Result<Version, InterpreterError> {
        Ok(Version::plain("1.0"))
    }

    fn analyse(
        &self,
        _name: &str,
        source: &str,
        _cancel: &AtomicBool,
    ) -> Result<Analysis, InterpreterError> {
        self.read.fetch_add(1, Ordering::SeqCst);
        let mut analysis = Analysis::default();
        for (number, line) in source.lines().enumerate() {
            if let Some(column) = line.find("def (") {
                analysis.error = Some(SyntaxProblem {
                    line: number + 1,
                    column: line[..column].chars().count() + 5,
                    message: "invalid syntax".to_owned(),
                });
            }
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                ["import" | "from", module, ..] => analysis.imports.push((*module).to_owned()),
                ["def", name, ..] if name.starts_with("handle(") => analysis.handler = true,
                ["async", "def", name, ..] if name.starts_with("handle(") => {
                    (analysis.handler, analysis.asynchronous) = (true, true);
                }
                _ => {}
            }
        }
        Ok(analysis)
    }
}

pub const WHEEL: &str = "six-1.0-py3-none-any.whl";

/// Stands for uv and pip, which know one wheel.
#[derive(Default)]
pub struct OneWheel {
    pub started: AtomicUsize,
}

/// An archive with the one file `six.py`, which holds nothing.
fn wheel() -> Vec<u8> {
    let name = b"six.py";
    let mut bytes = Vec::new();
    // Everything but the signature, version and the names' length is 0.
    let length = (name.len() as u16).to_le_bytes();
    bytes.extend([b'P', b'K', 3, 4, 20, 0]);
    bytes.extend([0; 20]);
    bytes.extend([length[0], length[1], 0, 0]);
    bytes.extend(name);
    let directory = bytes.len() as u32;
    bytes.extend([b'P', b'K', 1, 2, 20, 0, 20, 0]);
    bytes.extend([0; 20]);
    bytes.extend([length[0], length[1]]);
    bytes.extend([0; 16]);
    bytes.extend(name);
    let size = bytes.len() as u32 - directory;
    bytes.extend([b'P', b'K', 5, 6, 0, 0, 0, 0, 1, 0, 1, 0]);
    bytes.extend(size.to_le_bytes());
    bytes.extend(directory.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

impl Executor for OneWheel {
    fn place(&self) -> String {
        "a test".to_owned()
    }

    fn run(
        &self,
        command: &Command,
        _cancel: &AtomicBool,
        _on_line: &mut dyn FnMut(&str),
    ) -> Result<Outcome, ProcessError> {
        self.started.fetch_add(1, Ordering::SeqCst);
        if command.program == "uv" {
            let digest = Digest::of(&wheel()).to_hex();
            let lock = format!(
                "lock-version = \"1.0\"\ncreated-by = \"uv\"\n[[packages]]\nname = \"six\"\nversion = \"1.0\"\nwheels = [{{ url = \"https://wheels.example/{WHEEL}\", hashes = {{ sha256 = \"{digest}\" }} }}]\n"
            );
            fs::write(command.dir.join("pylock.toml"), lock).unwrap();
        } else {
            fs::create_dir_all(command.dir.join("wheels")).unwrap();
            fs::write(command.dir.join("wheels").join(WHEEL), wheel()).unwrap();
        }
        Ok(Outcome {
            status: 0,
            stdout: Vec::new(),
            stderr: Vec::new(),
            duration: Duration::ZERO,
        })
    }

    fn copy_out(&self, _: &Path, _: &Path, _: &AtomicBool) -> Result<u64, ProcessError> {
        panic!("nothing is copied out")
    }
}

/// A folder with a cache, and what was counted.
pub struct Fixture {
    _folder: tempfile::TempDir,
    pub root: PathBuf,
    pub cache: Cache,
    pub interpreter: LineReader,
    pub tools: OneWheel,
    pub said: Mutex<Vec<String>>,
}

impl Progress for Fixture {
    fn line(&self, agent: &str, line: &str) {
        self.said.lock().unwrap().push(format!("{agent}: {line}"));
    }
}

impl Fixture {
    /// A folder without agents, and a cache without anything.
    pub fn new() -> Fixture {
        let folder = tempfile::tempdir().unwrap();
        let base = fs::canonicalize(folder.path()).unwrap();
        fs::create_dir(base.join("agents")).unwrap();
        Fixture {
            root: base.join("agents"),
            cache: Cache::at(base.join("cache")),
            _folder: folder,
            interpreter: LineReader::default(),
            tools: OneWheel::default(),
            said: Mutex::default(),
        }
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// Builds the agent that `text` names.
    pub fn build(&self, text: &str) -> Result<Artifact, BuildError> {
        let agent = Agent::locate(text, &self.root).unwrap();
        Builder::new(self.cache.clone(), &self.tools, Target::Component)
            .with_interpreter(&self.interpreter)
            .build(&agent, &GO, self)
    }

    /// How often the interpreter and the tools were started since it was last asked.
    pub fn started(&self) -> (usize, usize) {
        (
            self.interpreter.read.swap(0, Ordering::SeqCst),
            self.tools.started.swap(0, Ordering::SeqCst),
        )
    }

    /// The folder with the packages of a bundle.
    pub fn packages(&self, bundle: &Bundle) -> Option<PathBuf> {
        let key = bundle.environment.unwrap();
        let tree = self.cache.get_tree(Bucket::Environments, &key);
        tree.unwrap().map(|tree| tree.path)
    }
}

pub fn bundle(artifact: &Artifact) -> Bundle {
    Bundle::read(&artifact.path).unwrap()
}

pub fn names(bundle: &Bundle) -> Vec<&str> {
    let sources = bundle.sources.iter();
    sources.map(|source| source.path.as_str()).collect()
}
