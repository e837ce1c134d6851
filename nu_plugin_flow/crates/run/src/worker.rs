//! Records for a handler, one after the other.

use flow_runtime::{Call, CancellationToken, Directory, Handler, Instance, RunError, Usage};

use crate::reload::Reload;

/// Hands records to a handler: to one instance of it, or to a fresh one for each record.
pub struct Worker {
    handler: Handler,
    callees: Directory,
    isolate: bool,
    cancel: CancellationToken,
    instance: Option<Instance>,
    /// Where its sources may change, and how often they had when the handler was made.
    reload: Option<Reload>,
    generation: u64,
    calls: Vec<Call>,
    peak_memory: u64,
    fuel: Option<u64>,
}

/// The answer to one record. What the record did to the memory is written by
/// [`commit`](Self::commit); dropping the answer forgets it.
pub struct Answer<'w> {
    worker: &'w mut Worker,
    /// Until it is handed back.
    instance: Option<Instance>,
    text: String,
}

impl Worker {
    /// A worker with instances of `handler`, which may lead to `callees`; fresh ones for each
    /// record with `isolate`. `cancel` stops them.
    #[must_use]
    pub fn new(
        handler: Handler,
        callees: Directory,
        isolate: bool,
        cancel: CancellationToken,
    ) -> Self {
        Self {
            handler,
            callees,
            isolate,
            cancel,
            instance: None,
            reload: None,
            generation: 0,
            calls: Vec::new(),
            peak_memory: 0,
            fuel: None,
        }
    }

    /// The same worker, which takes up what changes in the sources between two records.
    #[must_use]
    pub fn reloading(self, reload: Option<Reload>) -> Self {
        Self { reload, ..self }
    }

    /// Hands `record`, one JSON value, to the handler.
    ///
    /// # Errors
    /// The handler says no, or it cannot be run or was stopped. What the record did to the memory
    /// is forgotten.
    pub fn call(&mut self, record: &str) -> Result<Answer<'_>, RunError> {
        self.calls.clear();
        let mut instance = self.instance()?;
        let answer = instance.call(record);
        self.calls = instance.take_calls();
        match answer {
            Ok(text) => Ok(Answer {
                worker: self,
                instance: Some(instance),
                text,
            }),
            Err(error) => {
                self.keep(instance);
                Err(error)
            }
        }
    }

    /// The calls of other agents that the last record led to, where they are noted, in the order
    /// in which they began.
    pub fn take_calls(&mut self) -> Vec<Call> {
        std::mem::take(&mut self.calls)
    }

    /// What all records so far used; fuel is their sum.
    #[must_use]
    pub fn usage(&self) -> Usage {
        Usage {
            peak_memory: self.peak_memory,
            fuel: self.fuel,
        }
    }

    /// The instance of the last record, or a fresh one.
    fn instance(&mut self) -> Result<Instance, RunError> {
        self.refresh();
        match self.instance.take() {
            Some(instance) => Ok(instance),
            None => self.handler.spawn(&self.callees, &self.cancel),
        }
    }

    /// Takes up what changed in the sources.
    fn refresh(&mut self) {
        let reload = self.reload.as_ref();
        let newer = reload.and_then(|reload| reload.newer(self.generation));
        if let Some((generation, handler)) = newer {
            self.generation = generation;
            self.handler = handler;
            self.instance = None;
        }
    }

    /// Counts what the instance used, and keeps it for the next record.
    fn keep(&mut self, instance: Instance) {
        self.peak_memory = self.peak_memory.max(instance.peak_memory());
        if let Some(fuel) = instance.fuel_used() {
            self.fuel = Some(self.fuel.unwrap_or(0).saturating_add(fuel));
        }
        if instance.is_alive() && !self.isolate {
            self.instance = Some(instance);
        }
    }
}

impl Answer<'_> {
    /// One JSON value, which may be `{"$emit": [...]}`.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Writes what the record did to the memory, all of it or nothing.
    ///
    /// # Errors
    /// The memory cannot be written; nothing is then.
    pub fn commit(mut self) -> Result<(), RunError> {
        match self.instance.take() {
            Some(mut instance) => {
                let committed = instance.commit();
                self.worker.keep(instance);
                committed
            }
            None => Ok(()),
        }
    }
}

impl Drop for Answer<'_> {
    fn drop(&mut self) {
        if let Some(mut instance) = self.instance.take() {
            instance.discard();
            self.worker.keep(instance);
        }
    }
}
