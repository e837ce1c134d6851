//! The process groups of running programs. One that is stopped ends with whatever it started, and
//! none outlives flow.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The groups of all programs that this process runs now.
static RUNNING: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// The groups of one running program.
pub(super) struct Group {
    numbers: Vec<u32>,
}

impl Group {
    /// The groups that were made for the processes `numbers`.
    pub(super) fn of(numbers: Vec<u32>) -> Group {
        running().extend(&numbers);
        Group { numbers }
    }

    /// Kills the program and all descendants that stayed in its group.
    pub(super) fn kill(&self) {
        self.numbers.iter().copied().for_each(kill);
    }
}

impl Drop for Group {
    /// Whoever drops it has seen the program end: its number may soon be another's.
    fn drop(&mut self) {
        let mut running = running();
        for number in &self.numbers {
            running.remove(number);
        }
    }
}

/// Kills every program that this process runs: for the moment before it ends itself, when nobody
/// waits for them any more.
pub fn end_all() {
    running().iter().copied().for_each(kill);
}

fn running() -> MutexGuard<'static, BTreeSet<u32>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(unix)]
fn kill(number: u32) {
    let group = i32::try_from(number)
        .ok()
        .and_then(rustix::process::Pid::from_raw);
    if let Some(group) = group {
        // Fails only where the group is gone already, which is what is wanted.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
}

/// Elsewhere there are no groups: the program is killed by its handle.
#[cfg(not(unix))]
fn kill(_number: u32) {}
