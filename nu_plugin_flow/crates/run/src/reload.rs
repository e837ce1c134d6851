//! Live editing: a changed source is picked up between two records.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use flow_build::{Agent, AgentKind, BuildError, Builder, Target};
use flow_contract::message;
use flow_process::LocalExecutor;
use flow_runtime::{CancellationToken, Handler, Kind};

use crate::granted::Granted;
use crate::interpreters::Places;
use crate::stamps::Stamps;

/// How often the files are looked at, at most.
const INTERVAL: Duration = Duration::from_millis(20);
/// How many errors of a source are shown.
const SHOWN: usize = 3;

/// A handler whose sources may change while it works; shared by all of its workers.
#[derive(Clone)]
pub struct Reload(Arc<Shared>);

struct Shared {
    source: Source,
    state: Mutex<State>,
}

/// What it takes to build the agent again.
struct Source {
    places: Places,
    agent: Agent,
    granted: Granted,
    count_fuel: bool,
    cancel: Arc<AtomicBool>,
}

struct State {
    /// How often it was built since the run began.
    generation: u64,
    handler: Handler,
    stamps: Stamps,
    looked: Instant,
}

impl Reload {
    /// For `handler`, which was made of `agent` with `granted` just now; nothing where its language
    /// is one that has to be compiled. Fuel is counted with `count_fuel`; `cancel` ends builds.
    #[must_use]
    pub fn new(
        handler: &Handler,
        agent: &Agent,
        granted: &Granted,
        places: &Places,
        count_fuel: bool,
        cancel: Arc<AtomicBool>,
    ) -> Option<Self> {
        let AgentKind::Source { language, .. } = &agent.kind else {
            return None;
        };
        if !language.is_interpreted() {
            return None;
        }
        let source = Source {
            places: places.clone(),
            agent: agent.clone(),
            granted: granted.clone(),
            count_fuel,
            cancel,
        };
        let state = Mutex::new(State {
            generation: 0,
            handler: handler.clone(),
            stamps: source.stamps(),
            looked: Instant::now(),
        });
        Some(Self(Arc::new(Shared { source, state })))
    }

    /// A handler that is newer than the one of `generation`, where there is one
    /// or the sources changed.
    pub(crate) fn newer(&self, generation: u64) -> Option<(u64, Handler)> {
        let shared = &*self.0;
        let mut state = shared.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.looked.elapsed() >= INTERVAL {
            shared.source.look(&mut state);
        }
        (state.generation > generation).then(|| (state.generation, state.handler.clone()))
    }
}

impl Source {
    fn look(&self, state: &mut State) {
        state.looked = Instant::now();
        let Some(changed) = state.stamps.changed() else {
            return;
        };
        let changed = changed.strip_prefix(&self.agent.root).unwrap_or(changed);
        let changed = changed.display().to_string();
        // Taken before it is read, so that a change in between is one more.
        state.stamps = self.stamps();
        match self.build() {
            Ok(handler) => {
                state.handler = handler;
                state.generation += 1;
                (self.granted.grants.log)(&format!(
                    "(`{changed}` changed: a new instance takes over, without the state of the old one)"
                ));
            }
            Err(why) => {
                (self.granted.grants.log)(&format!(
                    "(`{changed}` changed and cannot be used, the old one goes on: {why})"
                ));
            }
        }
    }

    fn stamps(&self) -> Stamps {
        let interpreters = self.places.interpreters();
        Stamps::of(interpreters.equip(self.builder()).inputs(&self.agent))
    }

    fn builder(&self) -> Builder<'_> {
        Builder::new(self.places.cache.clone(), &LocalExecutor, Target::Component).for_running()
    }

    /// The agent as its sources are now, or why it cannot be had.
    fn build(&self) -> Result<Handler, String> {
        let interpreters = self.places.interpreters();
        let built = interpreters
            .equip(self.builder())
            .build(&self.agent, &self.cancel, &())
            .map_err(|error| in_words(&error))?;
        let program = interpreters
            .load(&built.path, self.count_fuel, &self.cancel)
            .map_err(|error| message(&*error))?;
        if program.kind() != Kind::Handler {
            return Err("it has no `handle` any more".to_owned());
        }
        let handler = Handler::new(program, self.granted.grants.clone());
        let handler = handler.map_err(|error| message(&error))?;
        // What fails at its beginning would fail with every record.
        handler
            .spawn(&self.granted.callees, &CancellationToken::new())
            .map_err(|error| message(&error))?;
        Ok(handler)
    }
}

/// What is wrong with a source, with file and line.
fn in_words(error: &BuildError) -> String {
    let BuildError::Compile(compile) = error else {
        return message(error);
    };
    let messages = compile.messages.iter().take(SHOWN).map(|message| {
        let place = message.place.as_ref().map(|place| {
            let file = place.file.display();
            format!("{file}:{}:{}: ", place.line, place.column)
        });
        format!("{}{}", place.unwrap_or_default(), message.message)
    });
    messages.collect::<Vec<_>>().join("; ")
}
