//! An instance of an engine that is kept to be asked about sources.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use wasmtime::component::{ComponentExportIndex, Instance};

use super::contract::{Analyse, EngineAnalysis, EngineFile, EngineProblem, Vocabulary, function};
use crate::Limits;
use crate::error::{LoadError, RunError};
use crate::live::{Linked, Live};
use crate::program::Program;
use crate::state::Grants;

/// How long reading one source may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// An engine that answers questions; a fresh instance takes the place of one
/// that crashed.
pub(crate) struct Kept {
    linked: Linked,
    analyse: ComponentExportIndex,
    vocabulary: ComponentExportIndex,
    live: Option<(Live, Instance)>,
}

impl Kept {
    pub(crate) fn new(program: Arc<Program>) -> Result<Self, LoadError> {
        let analyse = function(program.component()?, "analyse")?;
        let vocabulary = function(program.component()?, "vocabulary")?;
        let grants = Grants::nothing(Limits {
            timeout: Some(PATIENCE),
            ..Limits::default()
        });
        Ok(Self {
            linked: Linked::new(program, grants)?,
            analyse,
            vocabulary,
            live: None,
        })
    }

    /// What a source is, without running it.
    pub(crate) fn analyse(
        &mut self,
        source: &EngineFile,
    ) -> Result<Result<EngineAnalysis, EngineProblem>, RunError> {
        let index = self.analyse;
        self.ask(|live, instance| {
            let analyse: Analyse = typed(live, instance, index)?;
            let (answer,) = live.run(
                |store| analyse.call(store, (source,)),
                async |store| analyse.call_async(store, (source,)).await,
            )?;
            Ok(answer)
        })
    }

    /// The names of what the language has.
    pub(crate) fn vocabulary(&mut self) -> Result<Vec<String>, RunError> {
        let index = self.vocabulary;
        self.ask(|live, instance| {
            let vocabulary: Vocabulary = typed(live, instance, index)?;
            let (names,) = live.run(
                |store| vocabulary.call(store, ()),
                async |store| vocabulary.call_async(store, ()).await,
            )?;
            Ok(names)
        })
    }

    fn ask<T>(
        &mut self,
        question: impl FnOnce(&mut Live, &Instance) -> Result<T, RunError>,
    ) -> Result<T, RunError> {
        let (mut live, instance) = match self.live.take() {
            Some(kept) => kept,
            None => self.linked.spawn(&CancellationToken::new())?,
        };
        let answer = question(&mut live, &instance);
        if live.is_alive() {
            self.live = Some((live, instance));
        }
        answer
    }
}

fn typed<P, R>(
    live: &mut Live,
    instance: &Instance,
    index: ComponentExportIndex,
) -> Result<wasmtime::component::TypedFunc<P, R>, RunError>
where
    P: wasmtime::component::ComponentNamedList + wasmtime::component::Lower,
    R: wasmtime::component::ComponentNamedList + wasmtime::component::Lift,
{
    instance
        .get_typed_func(&mut live.store, index)
        .map_err(|error| RunError::Mismatch {
            reason: format!("the engine is not as it should be: {error:#}"),
        })
}
