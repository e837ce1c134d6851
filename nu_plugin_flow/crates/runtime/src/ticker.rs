//! The clock that interrupts guests: one thread for all engines, which ticks
//! only while something runs.

use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use wasmtime::{Engine, EngineWeak};

/// How often a running guest looks at its deadline and at its cancellation.
const PERIOD: Duration = Duration::from_millis(2);

static STATE: Mutex<State> = Mutex::new(State {
    running: 0,
    engines: Vec::new(),
});
static BEGUN: Condvar = Condvar::new();
static STARTED: OnceLock<()> = OnceLock::new();

struct State {
    running: usize,
    engines: Vec<EngineWeak>,
}

/// Keeps the ticker going while a guest runs.
pub(crate) struct Running(());

/// Has the epoch of `engine` ticked from now on.
pub(crate) fn add(engine: &Engine) -> std::io::Result<()> {
    let mut state = lock();
    state.engines.retain(|engine| engine.upgrade().is_some());
    state.engines.push(engine.weak());
    if STARTED.get().is_none() {
        std::thread::Builder::new()
            .name("flow-ticker".into())
            .spawn(tick)?;
        let _ = STARTED.set(());
    }
    Ok(())
}

/// Counts one more running guest.
pub(crate) fn run() -> Running {
    let mut state = lock();
    state.running += 1;
    if state.running == 1 {
        BEGUN.notify_one();
    }
    Running(())
}

fn tick() {
    loop {
        let mut state = lock();
        while state.running == 0 {
            state = BEGUN.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        for engine in state.engines.iter().filter_map(EngineWeak::upgrade) {
            engine.increment_epoch();
        }
        drop(state);
        std::thread::sleep(PERIOD);
    }
}

fn lock() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut state = lock();
        state.running = state.running.saturating_sub(1);
    }
}
