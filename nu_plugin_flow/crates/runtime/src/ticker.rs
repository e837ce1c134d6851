//! The clock that interrupts guests: one thread for all engines, which ticks
//! only while something runs.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use wasmtime::{Engine, EngineWeak};

/// How often a running guest looks at its deadline and at its cancellation.
const PERIOD: Duration = Duration::from_millis(2);

static ENGINES: Mutex<Vec<EngineWeak>> = Mutex::new(Vec::new());
static STARTED: OnceLock<()> = OnceLock::new();
/// Guests that run now. A call of a small guest takes about a microsecond, so
/// that counting it must not take a lock.
static RUNNING: AtomicUsize = AtomicUsize::new(0);
/// Whether the clock waits for something to run. Both are sequentially
/// consistent: either the clock sees the guest, or the guest sees it asleep.
static ASLEEP: AtomicBool = AtomicBool::new(false);
static BEGUN: Condvar = Condvar::new();

/// Keeps the ticker going while a guest runs.
pub(crate) struct Running(());

/// Has the epoch of `engine` ticked from now on.
pub(crate) fn add(engine: &Engine) -> std::io::Result<()> {
    let mut engines = lock();
    engines.retain(|engine| engine.upgrade().is_some());
    engines.push(engine.weak());
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
    RUNNING.fetch_add(1, Ordering::SeqCst);
    if ASLEEP.load(Ordering::SeqCst) {
        // The lock makes sure that the clock already waits.
        drop(lock());
        BEGUN.notify_one();
    }
    Running(())
}

fn tick() {
    loop {
        let mut engines = lock();
        ASLEEP.store(true, Ordering::SeqCst);
        while RUNNING.load(Ordering::SeqCst) == 0 {
            engines = BEGUN.wait(engines).unwrap_or_else(PoisonError::into_inner);
        }
        ASLEEP.store(false, Ordering::SeqCst);
        for engine in engines.iter().filter_map(EngineWeak::upgrade) {
            engine.increment_epoch();
        }
        drop(engines);
        std::thread::sleep(PERIOD);
    }
}

fn lock() -> MutexGuard<'static, Vec<EngineWeak>> {
    ENGINES.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Running {
    fn drop(&mut self) {
        RUNNING.fetch_sub(1, Ordering::SeqCst);
    }
}
