//! Making the bundle of an agent: reading its source, finding its packages,
//! writing one file.

use std::{
    collections::{BTreeSet, VecDeque},
    fs,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

use flow_cache::{Bucket, Cache};
use flow_process::Executor;

use super::{
    lock::{FILE_NAME as LOCK_FILE, Lock, Locked, Source as Place},
    packages::{self, environment},
    requirement::Requirements,
    tools::Tools,
};
use crate::{
    agent::definition::Agent,
    builder::progress::Progress,
    bundle::{Bundle, BundleError, Kind, Package, SCHEMA, Source, Toolchain},
    diagnostics::Message,
    error::{BuildError, CompileError},
    interpreter::{Analysis, Interpreter},
    languages::{facts::PYTHON_PROJECT, language::BundleOrder},
};

/// Modules that every agent has without importing them from anywhere.
const OWN: [&str; 3] = ["__future__", "__main__", "flow"];

/// What it takes to bundle one agent.
pub(crate) struct Bundler<'a> {
    pub cache: &'a Cache,
    pub executor: &'a dyn Executor,
    pub agent: &'a Agent,
    pub cancel: &'a AtomicBool,
    pub progress: &'a dyn Progress,
}

/// What the sources turned out to be.
struct Read {
    entry: Analysis,
    imports: Vec<String>,
}

impl Bundler<'_> {
    /// The bundle of the files of `order`.
    ///
    /// # Errors
    /// The source does not compile; packages cannot be had; the interpreter
    /// cannot be had; or `cancel` became true.
    pub fn bundle(
        &self,
        order: &BundleOrder,
        interpreter: &dyn Interpreter,
    ) -> Result<Bundle, BuildError> {
        let sources = read(order)?;
        let found = self.analyse(order, &sources, interpreter)?;
        let requirements = requirements(order, self.agent)?;
        let lock = match requirements.is_empty() {
            true => None,
            false => Some(self.packages(order, &requirements)?),
        };
        Ok(Bundle {
            flow_bundle: SCHEMA,
            language: "python".to_owned(),
            name: self.agent.name.clone(),
            kind: match found.entry.handler {
                true => Kind::Handler,
                false => Kind::Command,
            },
            asynchronous: found.entry.asynchronous,
            entry: order.entry.clone(),
            toolchain: Toolchain {
                name: interpreter.name().to_owned(),
                version: interpreter.version()?.text,
            },
            imports: found.imports,
            environment: lock.as_ref().map(Lock::environment),
            packages: lock
                .iter()
                .flat_map(|lock| &lock.packages)
                .map(package)
                .collect(),
            sources,
        })
    }

    /// Makes the environment of a bundle that was made before, where the cache
    /// does not have it any more.
    pub fn restore(&self, bundle: &Bundle) -> Result<(), BuildError> {
        let Some(key) = bundle.environment else {
            return Ok(());
        };
        if self.cache.get_tree(Bucket::Environments, &key)?.is_some() {
            return Ok(());
        }
        let lock = Lock {
            packages: bundle.packages.iter().map(locked).collect(),
        };
        if lock.environment() != key {
            return Err(BundleError::Invalid {
                path: bundle.name.clone(),
                reason: "its packages are not those of its environment".to_owned(),
            }
            .into());
        }
        let path = self.agent.root.join(LOCK_FILE);
        self.with_tools(|tools| environment(&lock, &path, self.cache, tools).map(drop))
    }

    fn packages(
        &self,
        order: &BundleOrder,
        requirements: &Requirements,
    ) -> Result<Lock, BuildError> {
        let root = order.has_folder.then_some(order.root.as_path());
        self.with_tools(|tools| packages::prepare(requirements, root, self.cache, tools))
    }

    /// Calls `work` with tools that have a folder of their own for so long.
    fn with_tools<T>(
        &self,
        work: impl FnOnce(&Tools<'_>) -> Result<T, BuildError>,
    ) -> Result<T, BuildError> {
        let parent = self.cache.folder(Bucket::Scratch, "python")?;
        let folder = tempfile::tempdir_in(&parent);
        let folder = folder.map_err(|source| BuildError::io("write", &parent, source))?;
        let agent = self.agent.name.as_str();
        work(&Tools {
            executor: self.executor,
            cancel: self.cancel,
            agent,
            on_line: &|line| self.progress.line(agent, line),
            folder: folder.path(),
        })
    }

    /// Reads the entry and every module of the agent that it imports, through
    /// any number of steps. A file that nothing imports may be anything.
    fn analyse(
        &self,
        order: &BundleOrder,
        sources: &[Source],
        interpreter: &dyn Interpreter,
    ) -> Result<Read, BuildError> {
        let mut waiting = VecDeque::from([order.entry.clone()]);
        let mut seen = BTreeSet::from([order.entry.clone()]);
        let (mut entry, mut imports) = (None, BTreeSet::new());
        let mut messages = Vec::new();
        while let Some(path) = waiting.pop_front() {
            let Some(source) = sources.iter().find(|source| source.path == path) else {
                continue;
            };
            let bytes = source.bytes().unwrap_or_default();
            let analysis = match String::from_utf8(bytes) {
                Ok(text) => self.analyse_one(&path, &text, interpreter, &mut messages)?,
                Err(error) => {
                    messages.push(Message::not_utf8(&path, &error));
                    continue;
                }
            };
            for import in &analysis.imports {
                match local(import, order, sources) {
                    Some(modules) => {
                        let new = modules
                            .into_iter()
                            .filter(|module| seen.insert(module.clone()));
                        waiting.extend(new);
                    }
                    None => {
                        imports.insert(import.clone());
                    }
                }
            }
            entry.get_or_insert(analysis);
        }
        if !messages.is_empty() {
            messages.sort();
            return Err(CompileError::new(&self.agent.name, &order.root, messages).into());
        }
        imports
            .retain(|import| !OWN.contains(&import.split(['.', ':']).next().unwrap_or_default()));
        Ok(Read {
            entry: entry.unwrap_or_default(),
            imports: imports.into_iter().collect(),
        })
    }

    fn analyse_one(
        &self,
        path: &str,
        text: &str,
        interpreter: &dyn Interpreter,
        messages: &mut Vec<Message>,
    ) -> Result<Analysis, BuildError> {
        // Python does not count it, and says that it is no character of its own.
        let source = text.strip_prefix('\u{feff}').unwrap_or(text);
        let analysis = interpreter.analyse(path, source, self.cancel);
        if self.cancel.load(Ordering::Relaxed) {
            return Err(BuildError::Cancelled {
                agent: self.agent.name.clone(),
            });
        }
        let analysis = analysis?;
        if let Some(problem) = &analysis.error {
            messages.push(Message::problem(path, text, problem));
        }
        Ok(analysis)
    }
}

fn read(order: &BundleOrder) -> Result<Vec<Source>, BuildError> {
    let read = |file: &String| {
        let path = order.root.join(file);
        let bytes = fs::read(&path).map_err(|source| BuildError::io("read", &path, source))?;
        Ok(Source::new(file.clone(), bytes))
    };
    order.files.iter().map(read).collect()
}

/// What the agent asks for. A file without a folder of its own asks for it in itself.
fn requirements(order: &BundleOrder, agent: &Agent) -> Result<Requirements, BuildError> {
    let text = |path: &Path| match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(BuildError::io("read", path, source)),
    };
    let entry_path = order.root.join(&order.entry);
    let project_path = order.root.join(PYTHON_PROJECT);
    let entry = text(&entry_path)?;
    let project = match order.has_folder {
        true => text(&project_path)?,
        false => None,
    };
    let manifest = agent.manifest.path.as_deref();
    let requirements = Requirements::of(
        manifest.map(|path| (path, agent.manifest.text.as_str())),
        project
            .as_deref()
            .map(|text| (project_path.as_path(), text)),
        entry.as_deref().map(|text| (entry_path.as_path(), text)),
    );
    Ok(requirements?)
}

/// The agent's own files that `import` reads; nothing where it is another's module.
fn local(import: &str, order: &BundleOrder, sources: &[Source]) -> Option<Vec<String>> {
    let has = |path: &str| sources.iter().any(|source| source.path == path);
    let beside = match order.entry.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/"),
        None => String::new(),
    };
    // A name may be that of a module too.
    let parts: Vec<&str> = import.split(['.', ':']).collect();
    let first = parts.first().copied().unwrap_or_default();
    // Modules are looked for where the program is, and in the agent's folder.
    let base = [beside, String::new()].into_iter().find(|base| {
        let folder = format!("{base}{first}/");
        has(&format!("{base}{first}.py"))
            || sources
                .iter()
                .any(|source| source.path.starts_with(&folder) && source.path.ends_with(".py"))
    })?;
    let mut found = Vec::new();
    let mut path = base;
    for part in parts {
        path.push_str(part);
        let candidates = [format!("{path}/__init__.py"), format!("{path}.py")];
        found.extend(candidates.into_iter().find(|candidate| has(candidate)));
        path.push('/');
    }
    Some(found)
}

fn package(locked: &Locked) -> Package {
    Package {
        name: locked.name.clone(),
        version: locked.version.clone(),
        wheel: locked.wheel.clone(),
        sha256: locked.digest,
        place: match &locked.source {
            Place::Url(url) => url.clone(),
            Place::Path(path) => path.display().to_string(),
        },
    }
}

fn locked(package: &Package) -> Locked {
    Locked {
        name: package.name.clone(),
        version: package.version.clone(),
        wheel: package.wheel.clone(),
        source: match Path::new(&package.place) {
            path if path.is_absolute() => Place::Path(path.to_owned()),
            _ => Place::Url(package.place.clone()),
        },
        digest: package.sha256,
        size: None,
    }
}
