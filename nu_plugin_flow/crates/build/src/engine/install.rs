//! Installing engines: from a core module, or from sources.

use std::{borrow::Cow, fs, path::Path, sync::atomic::AtomicBool};

use flow_cache::Digest;
use flow_componentize::{Allocation, World, componentize};
use flow_process::{Command, Executor, LocalExecutor};
use flow_runtime::Runtime;
use wasmparser::{Parser, Payload};

use super::{
    error::EngineError,
    store::{Engine, EngineRecord, EngineStore},
};

/// The function that makes an engine ready.
const INITIALISE: &str = "initialize-engine";
/// The function that loads an agent for its snapshot.
pub(super) const PROGRAM: &str = "initialize-program";
/// The script that builds engines, beside their sources.
const BUILDER: &str = "scripts/build-engines.sh";
/// The custom section in which an engine may say its version.
const VERSION: &str = "flow:engine-version";

impl EngineStore {
    /// Installs the engine `name` from the core module at `from`, in place of
    /// what was installed before.
    ///
    /// # Errors
    /// The file is no engine, or the engine cannot be made ready or kept.
    pub fn install(
        &self,
        name: &'static str,
        from: &Path,
        origin: &str,
        runtime: &Runtime,
    ) -> Result<Engine, EngineError> {
        let module =
            fs::read(from).map_err(|source| EngineError::io("read", from.to_owned(), source))?;
        let invalid = |reason: String| EngineError::Invalid {
            path: from.to_owned(),
            reason,
        };
        let exports = exports(&module).map_err(|error| invalid(error.message().to_owned()))?;
        let core = match exports.iter().any(|export| export == INITIALISE) {
            true => {
                let initialiser = runtime.initialiser(&module);
                Cow::Owned(initialiser.initialise(INITIALISE, Vec::new())?)
            }
            // One that was made ready before.
            false => Cow::Borrowed(module.as_slice()),
        };
        let component = componentize(&core, World::Engine, Allocation::Realloc)?;
        let mut record = EngineRecord {
            name: name.to_owned(),
            version: version(&module),
            digest: Digest::of(&module),
            origin: origin.to_owned(),
            vocabulary: 0,
            core: Digest::of(&core),
            component: Digest::of(&component),
        };
        // Compiled now, and asked, so that one that does not work is not kept.
        let trial = tempfile::Builder::new().suffix(".wasm").tempfile();
        let trial = trial
            .and_then(|file| fs::write(file.path(), &component).map(|()| file))
            .map_err(|source| EngineError::io("write", std::env::temp_dir(), source))?;
        // What the first build of an agent would wait for.
        runtime.initialiser(&core).prepare(PROGRAM)?;
        record.vocabulary = runtime.vocabulary(trial.path())?.len();
        self.put(&record, &core, &component)?;
        self.need(name)
    }

    /// Builds the engine `name` with the user's own tools from `sources`, which are
    /// paths in flow's repository and texts, and installs it; `tell` hears how that
    /// gets on.
    ///
    /// # Errors
    /// A tool is missing or fails, or as [`EngineStore::install`].
    pub fn build(
        &self,
        name: &'static str,
        sources: &[(&str, &str)],
        runtime: &Runtime,
        cancel: &AtomicBool,
        tell: &mut dyn FnMut(&str),
    ) -> Result<Engine, EngineError> {
        tell(&format!(
            "building the engine for {name} from its sources: this takes some minutes, once"
        ));
        fs::create_dir_all(&self.root)
            .map_err(|source| EngineError::io("create", self.root.clone(), source))?;
        let folder = tempfile::tempdir_in(&self.root)
            .map_err(|source| EngineError::io("create", self.root.clone(), source))?;
        write(sources, folder.path())?;
        let mut command = Command::new("sh", [BUILDER, "--output", ".", name], folder.path());
        let target = folder.path().join("target").display().to_string();
        command.env.push(("CARGO_TARGET_DIR".to_owned(), target));
        let outcome = LocalExecutor.run(&command, cancel, tell)?;
        if !outcome.success() {
            return Err(failed(name, &String::from_utf8_lossy(&outcome.stderr)));
        }
        tell("making the engine ready");
        let module = folder.path().join(format!("{name}.wasm"));
        let origin = concat!("built from the sources in flow ", env!("CARGO_PKG_VERSION"));
        self.install(name, &module, origin, runtime)
    }
}

/// Writes the sources of an engine into `folder`.
fn write(sources: &[(&str, &str)], folder: &Path) -> Result<(), EngineError> {
    for (path, text) in sources {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, text))
            .map_err(|source| EngineError::io("write", path, source))?;
    }
    Ok(())
}

/// What the script that builds engines said: `flow: error: …`, then `  help: …`.
fn failed(name: &str, said: &str) -> EngineError {
    let after = |mark: &str| {
        let mut lines = said
            .lines()
            .filter_map(|line| line.trim().strip_prefix(mark));
        lines.next().map(str::to_owned)
    };
    let compiler = said.lines().find(|line| line.starts_with("error"));
    let reason = compiler
        .map(str::to_owned)
        .or_else(|| after("flow: error: "));
    EngineError::Build {
        name: name.to_owned(),
        reason: reason.unwrap_or_else(|| "the compiler failed".to_owned()),
        help: after("help: ").unwrap_or_else(|| {
            format!("name a core module that was built elsewhere: `flow toolchain install {name} --from FILE`")
        }),
    }
}

fn exports(module: &[u8]) -> wasmparser::Result<Vec<String>> {
    let mut names = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::ExportSection(section) = payload? {
            for export in section {
                names.push(export?.name.to_owned());
            }
        }
    }
    Ok(names)
}

/// The version that an engine says it has.
fn version(module: &[u8]) -> Option<String> {
    let sections = Parser::new(0).parse_all(module).filter_map(Result::ok);
    let mut said = sections.filter_map(|payload| match payload {
        Payload::CustomSection(section) if section.name() == VERSION => {
            std::str::from_utf8(section.data()).ok().map(str::to_owned)
        }
        _ => None,
    });
    said.next()
}
