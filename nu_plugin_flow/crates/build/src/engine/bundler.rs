//! Making the bundle of an agent that an engine runs: its modules, read and, in
//! TypeScript, without their types.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fs,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

use super::modules::candidates;
use crate::{
    agent::definition::Agent,
    bundle::{Bundle, Kind, SCHEMA, Source, Toolchain},
    diagnostics::Message,
    error::{BuildError, CompileError},
    interpreter::{Analysis, Interpreter},
    languages::language::{BundleOrder, Language},
};

/// What it takes to bundle one agent.
pub(crate) struct EngineBundler<'a> {
    pub agent: &'a Agent,
    pub language: &'static dyn Language,
    pub cancel: &'a AtomicBool,
}

/// The sources as the engine takes them, and what is wrong with them.
#[derive(Default)]
struct Sources {
    /// As they are on disk, for messages.
    written: BTreeMap<String, String>,
    /// As they are run.
    run: BTreeMap<String, String>,
    messages: Vec<Message>,
}

impl EngineBundler<'_> {
    /// The bundle of the files of `order`.
    ///
    /// # Errors
    /// A source is not of its language; the engine cannot be had; or `cancel`
    /// became true.
    pub fn bundle(
        &self,
        order: &BundleOrder,
        interpreter: &dyn Interpreter,
    ) -> Result<Bundle, BuildError> {
        let mut sources = self.read(order)?;
        let entry = self.analyse(order, &mut sources, interpreter)?;
        if !sources.messages.is_empty() {
            sources.messages.sort();
            return Err(CompileError::new(&self.agent.name, &order.root, sources.messages).into());
        }
        let version = interpreter.version()?;
        Ok(Bundle {
            flow_bundle: SCHEMA,
            language: self.language.facts().name().to_owned(),
            name: self.agent.name.clone(),
            kind: match entry.handler {
                true => Kind::Handler,
                false => Kind::Command,
            },
            asynchronous: entry.asynchronous,
            entry: order.entry.clone(),
            toolchain: Toolchain {
                name: interpreter.name().to_owned(),
                version: version.text,
            },
            imports: Vec::new(),
            environment: None,
            packages: Vec::new(),
            sources: sources
                .run
                .into_iter()
                .map(|(path, text)| Source::new(path, text.into_bytes()))
                .collect(),
        })
    }

    /// Reads the files that are text; others cannot be modules.
    fn read(&self, order: &BundleOrder) -> Result<Sources, BuildError> {
        let mut sources = Sources::default();
        for name in &order.files {
            let path = order.root.join(name);
            let bytes = fs::read(&path).map_err(|source| BuildError::io("read", &path, source))?;
            match String::from_utf8(bytes) {
                Ok(text) => {
                    // A byte order mark is no part of a source.
                    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned();
                    sources.written.insert(name.clone(), text);
                }
                Err(error) => sources.messages.push(Message::not_utf8(name, &error)),
            }
        }
        for (name, text) in &sources.written {
            match self.language.translate(name, text) {
                Ok((text, map)) => {
                    sources.run.insert(name.clone(), text);
                    let map = map.map(|map| (format!("{name}.map"), map));
                    sources.run.extend(map);
                }
                Err(problem) => sources
                    .messages
                    .push(Message::problem(name, text, &problem)),
            }
        }
        Ok(sources)
    }

    /// Reads the entry and every module of the agent that it imports, through
    /// any number of steps.
    fn analyse(
        &self,
        order: &BundleOrder,
        sources: &mut Sources,
        interpreter: &dyn Interpreter,
    ) -> Result<Analysis, BuildError> {
        let mut waiting = VecDeque::from([order.entry.clone()]);
        let mut seen = BTreeSet::from([order.entry.clone()]);
        let mut entry = None;
        while let Some(path) = waiting.pop_front() {
            let Some(text) = sources.run.get(&path) else {
                continue;
            };
            if !self.is_source(&path) {
                continue;
            }
            let analysis = interpreter.analyse(&path, text, self.cancel)?;
            if self.cancel.load(Ordering::Relaxed) {
                return Err(BuildError::Cancelled {
                    agent: self.agent.name.clone(),
                });
            }
            if let Some(problem) = &analysis.error {
                let written = sources.written.get(&path).unwrap_or(text);
                sources
                    .messages
                    .push(Message::problem(&path, written, problem));
            }
            for import in &analysis.imports {
                let mut found = candidates(&path, import).into_iter();
                if let Some(found) = found.find(|found| sources.run.contains_key(found))
                    && seen.insert(found.clone())
                {
                    waiting.push_back(found);
                }
            }
            entry.get_or_insert(analysis);
        }
        Ok(entry.unwrap_or_default())
    }

    fn is_source(&self, path: &str) -> bool {
        let extension = Path::new(path).extension().and_then(|it| it.to_str());
        extension.is_some_and(|extension| extension != "json")
    }
}
