//! What one record of an agent does beyond it, in all agents that it leads to: what it
//! writes to the memory, and the calls that it makes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use flow_store::{Session, Store, StoreError};

/// One call of an agent by another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The name of the agent that called.
    pub caller: String,
    /// The name under which it called the other.
    pub callee: String,
    /// How long it waited for the answer; nothing where it was stopped before.
    pub duration: Option<Duration>,
    /// Bytes of the input and of the answer, as JSON text.
    pub bytes: u64,
    /// Why the call failed.
    pub error: Option<String>,
}

/// The record that an instance works on, and those that it called.
#[derive(Clone)]
pub(crate) struct SharedRecord(Arc<Mutex<Record>>);

struct Record {
    session: Option<Session>,
    calls: Vec<Call>,
    traced: bool,
    /// The agents that are being waited for, the innermost last. Those of a call that was
    /// stopped stay until its error is told.
    waiting: Vec<String>,
}

/// A call that goes on. What it wrote is forgotten unless it is kept.
pub(crate) struct Nested<'a> {
    record: &'a SharedRecord,
    began: Instant,
    /// How many wait for the caller.
    depth: usize,
    /// Its place among the calls.
    index: Option<usize>,
    /// Whether the memory was in use before, so that it has a layer for this call.
    layered: bool,
    kept: bool,
}

impl SharedRecord {
    /// A record that has done nothing yet. With `traced`, its calls are noted.
    pub(crate) fn new(traced: bool) -> Self {
        Self(Arc::new(Mutex::new(Record {
            session: None,
            calls: Vec::new(),
            traced,
            waiting: Vec::new(),
        })))
    }

    fn lock(&self) -> MutexGuard<'_, Record> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has `act` work in the record's transaction.
    pub(crate) fn with_session<T>(
        &self,
        store: &Store,
        act: impl FnOnce(&mut Session) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut record = self.lock();
        act(record.session.get_or_insert_with(|| store.session()))
    }

    /// Writes everything that the record did, or nothing.
    pub(crate) fn commit(&self) -> Result<(), StoreError> {
        match &mut self.lock().session {
            Some(session) => session.commit(),
            None => Ok(()),
        }
    }

    /// Forgets what the record did.
    pub(crate) fn discard(&self) {
        if let Some(session) = &mut self.lock().session {
            session.discard();
        }
    }

    /// The calls since the last time, in the order in which they began.
    pub(crate) fn take_calls(&self) -> Vec<Call> {
        std::mem::take(&mut self.lock().calls)
    }

    /// For whom an agent waited that was itself called through `depth` others: `b`, or
    /// `b → c` where that one waited too. Once.
    pub(crate) fn take_waiting(&self, depth: usize) -> Option<String> {
        let mut record = self.lock();
        let from = depth.min(record.waiting.len());
        let waiting = record.waiting.split_off(from);
        (!waiting.is_empty()).then(|| waiting.join(" → "))
    }

    /// Begins a call with an input of `bytes` by an agent that was itself called through
    /// `depth` others.
    pub(crate) fn nest(
        &self,
        depth: usize,
        caller: &str,
        callee: &str,
        bytes: usize,
    ) -> Nested<'_> {
        let mut record = self.lock();
        if let Some(session) = &mut record.session {
            session.begin();
        }
        let layered = record.session.is_some();
        let index = record.traced.then(|| {
            record.calls.push(Call {
                caller: caller.to_owned(),
                callee: callee.to_owned(),
                duration: None,
                bytes: bytes as u64,
                error: None,
            });
            record.calls.len() - 1
        });
        record.waiting.truncate(depth);
        record.waiting.push(callee.to_owned());
        Nested {
            record: self,
            depth,
            began: Instant::now(),
            index,
            layered,
            kept: false,
        }
    }
}

impl Nested<'_> {
    /// It succeeded with an answer of `bytes`.
    pub(crate) fn keep(mut self, bytes: usize) {
        self.kept = true;
        let mut record = self.record.lock();
        if self.layered
            && let Some(session) = &mut record.session
        {
            session.keep();
        }
        record.waiting.truncate(self.depth);
        self.end(&mut record, |call| {
            call.bytes = call.bytes.saturating_add(bytes as u64);
        });
    }

    /// It failed.
    pub(crate) fn undo(self, error: &str) {
        let mut record = self.record.lock();
        record.waiting.truncate(self.depth);
        self.end(&mut record, |call| call.error = Some(error.to_owned()));
    }

    /// It was stopped when the time of its caller was over, while it waited for `waiting`
    /// itself.
    pub(crate) fn stop(self, waiting: Option<String>) {
        let mut record = self.record.lock();
        let error = "stopped: the time of its caller was over";
        self.end(&mut record, |call| call.error = Some(error.to_owned()));
        // The error of the caller will say for whom it waited.
        let callee = record.waiting.get(self.depth).cloned();
        record.waiting.truncate(self.depth);
        record.waiting.extend(callee.into_iter().chain(waiting));
    }

    fn end(&self, record: &mut Record, tell: impl FnOnce(&mut Call)) {
        let call = self.index.and_then(|index| record.calls.get_mut(index));
        if let Some(call) = call {
            call.duration = Some(self.began.elapsed());
            tell(call);
        }
    }
}

impl Drop for Nested<'_> {
    fn drop(&mut self) {
        if self.kept {
            return;
        }
        match &mut self.record.lock().session {
            Some(session) if self.layered => session.undo(),
            // All that there is was done in this call.
            Some(session) => session.discard(),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Memory {
        record: SharedRecord,
        store: Store,
        _folder: tempfile::TempDir,
    }

    impl Memory {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            Self {
                record: SharedRecord::new(true),
                store: Store::at(&folder.path().join("memory.db")),
                _folder: folder,
            }
        }

        fn set(&self, key: &str) {
            self.record
                .with_session(&self.store, |session| session.set("n", key, "1", None))
                .unwrap();
        }

        /// The keys that anybody sees once the record is committed.
        fn committed(&self) -> Vec<String> {
            self.record.commit().unwrap();
            let mut session = self.store.session();
            session.list_keys("n", "", None, 10).unwrap().keys
        }
    }

    #[test]
    fn a_call_that_failed_leaves_nothing_and_its_caller_goes_on() {
        let memory = Memory::new();
        memory.set("caller");
        let call = memory.record.nest(0, "a", "b", 1);
        memory.set("callee");
        call.undo("no");
        let call = memory.record.nest(0, "a", "c", 1);
        memory.set("other");
        call.keep(1);
        assert_eq!(memory.committed(), ["caller", "other"]);
    }

    #[test]
    fn a_call_that_was_the_first_to_write_leaves_nothing_either() {
        let memory = Memory::new();
        let outer = memory.record.nest(0, "a", "b", 1);
        let inner = memory.record.nest(1, "b", "c", 1);
        memory.set("innermost");
        drop(inner);
        outer.keep(1);
        memory.set("caller");
        assert_eq!(memory.committed(), ["caller"]);
    }

    #[test]
    fn a_record_that_failed_leaves_nothing() {
        let memory = Memory::new();
        memory.set("failed");
        memory.record.discard();
        memory.set("next");
        assert_eq!(memory.committed(), ["next"]);
    }

    #[test]
    fn who_is_stopped_says_for_whom_it_waited() {
        let record = Memory::new().record;
        let outer = record.nest(0, "a", "b", 1);
        let inner = record.nest(1, "b", "c", 1);
        drop(inner);
        drop(outer);
        assert_eq!(record.take_waiting(1).as_deref(), Some("c"));
        assert_eq!(record.take_waiting(0).as_deref(), Some("b"));
        assert_eq!(record.take_waiting(0), None);
    }

    #[test]
    fn who_ran_out_of_time_in_a_chain_says_the_whole_of_it() {
        let record = Memory::new().record;
        let outer = record.nest(0, "a", "b", 1);
        record.nest(1, "b", "c", 1).stop(None);
        let waiting = record.take_waiting(1);
        outer.stop(waiting);
        assert_eq!(record.take_waiting(0).as_deref(), Some("b → c"));
        record.nest(0, "a", "d", 1).keep(1);
        assert_eq!(record.take_waiting(0), None);
    }

    #[test]
    fn calls_are_noted_in_the_order_in_which_they_began() {
        let record = Memory::new().record;
        let outer = record.nest(0, "a", "b", 2);
        record.nest(1, "b", "c", 3).undo("no");
        outer.keep(4);
        let calls = record.take_calls();
        let told: Vec<_> = calls
            .iter()
            .map(|call| (call.callee.as_str(), call.bytes, call.error.as_deref()))
            .collect();
        assert_eq!(told, [("b", 6, None), ("c", 3, Some("no"))]);
        assert!(calls.iter().all(|call| call.duration.is_some()));
        assert!(record.take_calls().is_empty());
    }
}
