//! An instance of an engine that is kept to be asked about sources.

use std::sync::Arc;
use std::time::Duration;

use flow_contract::Limits;
use tokio_util::sync::CancellationToken;
use wasmtime::component::{
    ComponentExportIndex, ComponentNamedList, Instance, Lift, Lower, TypedFunc,
};

use super::agent::EngineFile;
use super::contract::{Analyse, EngineAnalysis, EngineProblem, Vocabulary, function};
use crate::component::{ComponentInstance, LinkedComponent};
use crate::error::{LoadError, RunError};
use crate::grants::Grants;
use crate::peers::Directory;
use crate::program::Program;

/// How long reading one source may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// An engine that answers questions; a fresh instance takes the place of one
/// that crashed.
pub(crate) struct Analyser {
    linked: LinkedComponent,
    analyse: ComponentExportIndex,
    vocabulary: ComponentExportIndex,
    last: Option<(ComponentInstance, Instance)>,
}

impl Analyser {
    pub(crate) fn new(program: Arc<Program>) -> Result<Self, LoadError> {
        let analyse = function(program.component()?, "analyse")?;
        let vocabulary = function(program.component()?, "vocabulary")?;
        let grants = Grants::nothing(Limits {
            timeout: Some(PATIENCE),
            ..Limits::default()
        });
        Ok(Self {
            linked: LinkedComponent::new(program, grants)?,
            analyse,
            vocabulary,
            last: None,
        })
    }

    /// What a source is, without running it.
    pub(crate) fn analyse(
        &mut self,
        source: &EngineFile,
    ) -> Result<Result<EngineAnalysis, EngineProblem>, RunError> {
        let index = self.analyse;
        self.ask(|engine, instance| {
            let analyse: Analyse = typed(engine, instance, index)?;
            let (answer,) = engine.run_here(
                |store| analyse.call(store, (source,)),
                async |store| analyse.call_async(store, (source,)).await,
            )?;
            Ok(answer)
        })
    }

    /// The names of what the language has.
    pub(crate) fn vocabulary(&mut self) -> Result<Vec<String>, RunError> {
        let index = self.vocabulary;
        self.ask(|engine, instance| {
            let vocabulary: Vocabulary = typed(engine, instance, index)?;
            let (names,) = engine.run_here(
                |store| vocabulary.call(store, ()),
                async |store| vocabulary.call_async(store, ()).await,
            )?;
            Ok(names)
        })
    }

    fn ask<T>(
        &mut self,
        question: impl FnOnce(&mut ComponentInstance, &Instance) -> Result<T, RunError>,
    ) -> Result<T, RunError> {
        let (mut engine, instance) = match self.last.take() {
            Some(last) => last,
            None => {
                let cancel = CancellationToken::new();
                self.linked.spawn_here(&Directory::default(), &cancel)?
            }
        };
        let answer = question(&mut engine, &instance);
        if engine.is_alive() {
            self.last = Some((engine, instance));
        }
        answer
    }
}

fn typed<P, R>(
    engine: &mut ComponentInstance,
    instance: &Instance,
    index: ComponentExportIndex,
) -> Result<TypedFunc<P, R>, RunError>
where
    P: ComponentNamedList + Lower,
    R: ComponentNamedList + Lift,
{
    instance
        .get_typed_func(&mut engine.store, index)
        .map_err(|error| RunError::Mismatch {
            reason: format!("the engine is not as it should be: {error:#}"),
        })
}
