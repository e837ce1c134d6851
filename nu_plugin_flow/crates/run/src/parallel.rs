//! Work on a stream by several workers at once, with back-pressure in both
//! directions.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use flow_runtime::CancellationToken;

/// Turns one record of type `R` into its results of type `T`. Each thread has its own.
pub trait Stage<R, T>: Send {
    /// The results of one record; a failure is one of them.
    fn work(&mut self, record: R) -> Vec<T>;
}

/// Makes a stage, in the thread in which it will work.
pub type MakeStage<R, T> = Arc<dyn Fn() -> Box<dyn Stage<R, T>> + Send + Sync>;

/// Records that each worker may be ahead of the slowest one.
const AHEAD: usize = 16;

/// Where the next record comes from, and how far ahead the workers may be.
struct Source<R> {
    records: Option<Box<dyn Iterator<Item = R> + Send>>,
    next: u64,
}

struct Shared<R> {
    source: Mutex<Source<R>>,
    /// The number of the next record whose results are handed on.
    due: Mutex<u64>,
    moved: Condvar,
    window: u64,
    cancel: CancellationToken,
}

/// The results, as they are taken.
pub struct Results<R, T> {
    shared: Arc<Shared<R>>,
    done: Receiver<(u64, Vec<T>)>,
    waiting: BTreeMap<u64, Vec<T>>,
    current: std::vec::IntoIter<T>,
    ordered: bool,
}

/// Hands `records` to `jobs` stages, each on a thread of its own. With `ordered`, results keep the order
/// of their records. Dropping the results stops the workers by `cancel`.
///
/// # Errors
/// Where a thread cannot be started.
pub fn work<R: Send + 'static, T: Send + 'static>(
    records: Box<dyn Iterator<Item = R> + Send>,
    jobs: usize,
    ordered: bool,
    make: &MakeStage<R, T>,
    cancel: CancellationToken,
) -> std::io::Result<Results<R, T>> {
    let shared = Arc::new(Shared {
        source: Mutex::new(Source {
            records: Some(records),
            next: 0,
        }),
        due: Mutex::new(0),
        moved: Condvar::new(),
        window: (jobs * AHEAD) as u64,
        cancel,
    });
    let (sender, done) = sync_channel(jobs * AHEAD);
    for number in 0..jobs {
        let (shared, sender, make) = (shared.clone(), sender.clone(), make.clone());
        thread::Builder::new()
            .name(format!("flow-worker-{number}"))
            .spawn(move || run(&shared, &sender, make().as_mut()))?;
    }
    Ok(Results {
        shared,
        done,
        waiting: BTreeMap::new(),
        current: Vec::new().into_iter(),
        ordered,
    })
}

fn run<R, T>(shared: &Shared<R>, sender: &SyncSender<(u64, Vec<T>)>, stage: &mut dyn Stage<R, T>) {
    while let Some((number, record)) = shared.take() {
        if !shared.wait_for_turn(number) {
            return;
        }
        let results = stage.work(record);
        if sender.send((number, results)).is_err() {
            return;
        }
    }
}

impl<R> Shared<R> {
    /// The next record and its number.
    fn take(&self) -> Option<(u64, R)> {
        let mut source = lock(&self.source);
        if self.cancel.is_cancelled() {
            source.records = None;
        }
        let record = source.records.as_mut()?.next();
        if record.is_none() {
            source.records = None;
        }
        let number = source.next;
        source.next += 1;
        Some((number, record?))
    }

    /// Waits until record `number` is near enough to the one that is due;
    /// false when nobody wants it any more.
    fn wait_for_turn(&self, number: u64) -> bool {
        let mut due = lock(&self.due);
        while number >= due.saturating_add(self.window) && !self.cancel.is_cancelled() {
            due = self.moved.wait(due).unwrap_or_else(PoisonError::into_inner);
        }
        !self.cancel.is_cancelled()
    }

    fn advance(&self) {
        *lock(&self.due) += 1;
        self.moved.notify_all();
    }
}

impl<R, T> Iterator for Results<R, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        loop {
            if let Some(value) = self.current.next() {
                return Some(value);
            }
            let due = *lock(&self.shared.due);
            let results = match self.waiting.remove(&due) {
                Some(results) => results,
                None => {
                    let (number, results) = self.done.recv().ok()?;
                    if self.ordered && number != due {
                        self.waiting.insert(number, results);
                        continue;
                    }
                    results
                }
            };
            self.shared.advance();
            self.current = results.into_iter();
        }
    }
}

impl<R, T> Drop for Results<R, T> {
    fn drop(&mut self) {
        self.shared.cancel.cancel();
        // A worker that is about to wait holds this lock: it will be heard.
        drop(lock(&self.shared.due));
        self.shared.moved.notify_all();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    struct Slow;

    impl Stage<i64, i64> for Slow {
        fn work(&mut self, number: i64) -> Vec<i64> {
            if number % 7 == 0 {
                thread::sleep(Duration::from_millis(3));
            }
            vec![number; (number % 3) as usize]
        }
    }

    fn numbers(count: i64, jobs: usize, ordered: bool) -> Vec<i64> {
        let records = Box::new(0..count);
        let make: MakeStage<i64, i64> = Arc::new(|| Box::new(Slow));
        work(records, jobs, ordered, &make, CancellationToken::new())
            .unwrap()
            .collect()
    }

    #[test]
    fn results_keep_the_order_of_their_records() {
        let expected: Vec<i64> = (0..500).flat_map(|n| vec![n; (n % 3) as usize]).collect();
        assert_eq!(numbers(500, 4, true), expected);
    }

    #[test]
    fn without_order_nothing_is_lost_or_doubled() {
        let mut found = numbers(500, 4, false);
        found.sort_unstable();
        let expected: Vec<i64> = (0..500).flat_map(|n| vec![n; (n % 3) as usize]).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn an_endless_input_is_read_no_further_than_needed() {
        let taken = Arc::new(AtomicUsize::new(0));
        let seen = taken.clone();
        let records = Box::new((0_i64..).inspect(move |_| {
            seen.fetch_add(1, Ordering::Relaxed);
        }));
        let make: MakeStage<i64, i64> = Arc::new(|| Box::new(Slow));
        let mut results = work(records, 4, true, &make, CancellationToken::new()).unwrap();
        assert_eq!(results.next().unwrap(), 1);
        drop(results);
        thread::sleep(Duration::from_millis(50));
        assert!(taken.load(Ordering::Relaxed) < 500);
    }
}
