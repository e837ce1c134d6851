//! A DevPod, real or double, with a data directory of its own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use flow_process::{Command, Outcome};
use flow_workspace::{
    Call, DevpodProvider, DevpodSettings, Provider, Request, TemplateFile, Workspace,
    WorkspaceError, WorkspaceId,
};

/// Which DevPod.
#[derive(Clone, Debug)]
pub enum Kind {
    Double,
    Real(PathBuf),
}

/// The name of a test, and what it does with a provider.
pub type Test = (&'static str, fn(&Given));

pub struct Given {
    pub kind: Kind,
    pub directory: Directory,
    pub provider: DevpodProvider,
    /// What the ids of this test begin with, as a real DevPod serves several tests at once.
    prefix: String,
}

/// A directory that ends with its test, or one that belongs to another process.
pub enum Directory {
    Own(tempfile::TempDir),
    Other(PathBuf),
}

impl Directory {
    pub fn path(&self) -> &Path {
        match self {
            Directory::Own(directory) => directory.path(),
            Directory::Other(path) => path,
        }
    }
}

static NEVER: AtomicBool = AtomicBool::new(false);

pub fn call() -> Call<'static> {
    Call::new(&NEVER, Some(Duration::from_secs(300)))
}

pub fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(3).unwrap().to_path_buf()
}

/// The real DevPod, if there is one.
pub fn real() -> Option<Kind> {
    let named = std::env::var_os("FLOW_TEST_DEVPOD").map(PathBuf::from);
    let program = named.or_else(|| flow_process::find("devpod"))?;
    Some(Kind::Real(program))
}

impl Given {
    pub fn new(kind: &Kind) -> Given {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let directory = tempfile::Builder::new()
            .prefix("flow-test-")
            .tempdir()
            .unwrap();
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let prefix = format!("ft{}-{number}", std::process::id());
        for name in ["home", "devpod"] {
            fs::create_dir(directory.path().join(name)).unwrap();
        }
        let settings = settings(kind, directory.path());
        let provider = DevpodProvider::at(&directory.path().join("data"), &settings);
        Given {
            kind: kind.clone(),
            provider,
            directory: Directory::Own(directory),
            prefix,
        }
    }

    /// The double of another process.
    pub fn in_directory(path: &Path, prefix: &str) -> Given {
        let settings = settings(&Kind::Double, path);
        Given {
            kind: Kind::Double,
            provider: DevpodProvider::at(&path.join("data"), &settings),
            directory: Directory::Other(path.to_path_buf()),
            prefix: prefix.to_owned(),
        }
    }

    /// How DevPod is called.
    pub fn settings(&self) -> DevpodSettings {
        settings(&self.kind, self.directory.path())
    }

    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Another provider over the same data, as another process has it.
    pub fn again(&self, change: impl FnOnce(&mut DevpodSettings)) -> DevpodProvider {
        let mut settings = settings(&self.kind, self.directory.path());
        change(&mut settings);
        DevpodProvider::at(&self.directory.path().join("data"), &settings)
    }

    pub fn id(&self, name: &str) -> WorkspaceId {
        format!("{}-{name}", self.prefix).parse().unwrap()
    }

    /// Where the user keeps what flow must not touch.
    pub fn home(&self) -> PathBuf {
        self.directory.path().join("home")
    }

    pub fn create(&self, name: &str) -> Result<Workspace, WorkspaceError> {
        self.create_within(name, &call())
    }

    pub fn create_within(&self, name: &str, call: &Call<'_>) -> Result<Workspace, WorkspaceError> {
        let (files, devcontainer) = (files(), devcontainer());
        let request = Request {
            id: &self.id(name),
            language: "rust",
            from: None,
            files: &files,
            devcontainer: Some(&devcontainer),
        };
        self.provider.create(request, call)
    }

    /// Runs a line of shell inside.
    pub fn shell(&self, name: &str, line: &str) -> Result<Outcome, WorkspaceError> {
        let mut command = Command::new("sh", ["-c", line], "");
        command.deadline = Some(Duration::from_secs(120));
        self.provider
            .exec(&self.id(name), &command, &NEVER, &mut |_| {})
    }

    /// Calls DevPod itself, as a user does behind flow's back.
    pub fn devpod(&self, arguments: &[&str]) -> String {
        let settings = settings(&self.kind, self.directory.path());
        let mut command = Command::new(
            settings.program.unwrap(),
            arguments.iter().copied(),
            self.home(),
        );
        command.env = settings.environment.unwrap().into_iter().collect();
        let outcome = flow_process::run(&command, &NEVER, &mut |_| {}).unwrap();
        String::from_utf8_lossy(&outcome.stdout).into_owned()
    }

    /// The double's next faults, a line each.
    pub fn faults(&self, faults: &str) {
        let path = self.directory.path().join("devpod/faults");
        fs::write(
            path,
            faults.replace('@', &format!("@{}-", self.prefix)) + "\n",
        )
        .unwrap();
    }

    /// How the double was called.
    pub fn calls(&self) -> String {
        fs::read_to_string(self.directory.path().join("devpod/calls")).unwrap_or_default()
    }

    /// Leaves nothing in a real DevPod.
    pub fn clean(&self) {
        if let Kind::Real(_) = self.kind {
            for row in self.provider.list(&call()).unwrap_or_default() {
                let _ = self.provider.delete(&row.id, true, &call());
            }
        }
    }
}

pub const DEVCONTAINER: &str = ".devcontainer/flow/devcontainer.json";

pub fn files() -> Vec<TemplateFile> {
    vec![("agent.toml".into(), b"[agent]\n".to_vec())]
}

pub fn devcontainer() -> TemplateFile {
    let image = std::env::var("FLOW_TEST_IMAGE").unwrap_or_else(|_| "debian:bookworm".to_owned());
    let text = format!("{{\"name\": \"flow\", \"image\": \"{image}\", \"remoteUser\": \"root\"}}");
    (DEVCONTAINER.into(), text.into_bytes())
}

fn settings(kind: &Kind, directory: &Path) -> DevpodSettings {
    let mut environment: BTreeMap<String, String> = std::env::vars().collect();
    let (program, devpod_home) = match kind {
        Kind::Double => (
            root().join("tests/devpod-double/devpod"),
            directory.join("devpod"),
        ),
        Kind::Real(program) => {
            let own = std::env::home_dir().unwrap().join(".devpod");
            let home = std::env::var_os("DEVPOD_HOME").map_or(own, PathBuf::from);
            (program.clone(), home)
        }
    };
    let mut set = |name: &str, value: &Path| {
        environment.insert(name.to_owned(), value.display().to_string());
    };
    set("DEVPOD_HOME", &devpod_home);
    set("HOME", &directory.join("home"));
    // The real home's, as that is where Docker's settings are.
    if let Some(home) = std::env::home_dir() {
        set("DOCKER_CONFIG", &home.join(".docker"));
    }
    DevpodSettings {
        program: Some(program.display().to_string()),
        environment: Some(environment),
    }
}
