//! What a guest writes to its standard error, line by line.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};

/// Receives the lines that guests log, without their line ends. Called from
/// the thread that runs the guest.
pub type LogSink = Arc<dyn Fn(&str) + Send + Sync>;

/// The longest line that is passed on whole; a longer one is cut there.
const LINE: usize = 16 << 10;
/// How many of the last lines an error may quote.
const TAIL: usize = 20;

/// The log of one instance.
#[derive(Clone)]
pub(crate) struct Log {
    sink: LogSink,
    state: Arc<Mutex<LogState>>,
}

#[derive(Default)]
struct LogState {
    line: Vec<u8>,
    tail: VecDeque<String>,
    /// Bytes still passed on for this record.
    left: u64,
    cut: bool,
}

impl Log {
    pub(crate) fn new(sink: LogSink) -> Self {
        Self {
            sink,
            state: Arc::default(),
        }
    }

    /// Begins a record, which may log `limit` bytes.
    pub(crate) fn begin(&self, limit: u64) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.left = limit;
        state.cut = false;
    }

    /// Writes out an unfinished line and returns the last lines since the
    /// last call, joined.
    pub(crate) fn take_tail(&self) -> Option<String> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.line.is_empty() {
            self.end_line(&mut state);
        }
        let lines = std::mem::take(&mut state.tail);
        (!lines.is_empty()).then(|| Vec::from(lines).join("\n"))
    }

    fn write(&self, bytes: &[u8]) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = usize::try_from(state.left).unwrap_or(usize::MAX);
        let (kept, rest) = bytes.split_at_checked(fits).unwrap_or((bytes, &[]));
        state.left = state.left.saturating_sub(kept.len() as u64);
        for part in kept.split_inclusive(|byte| *byte == b'\n') {
            let (text, ended) = match part.split_last() {
                Some((b'\n', text)) => (text, true),
                _ => (part, false),
            };
            state.line.extend_from_slice(text);
            if ended || state.line.len() >= LINE {
                self.end_line(&mut state);
            }
        }
        if !rest.is_empty() && !state.cut {
            state.cut = true;
            (self.sink)("(the rest of this record's log is dropped: it is over the output limit)");
        }
    }

    fn end_line(&self, state: &mut LogState) {
        let line = String::from_utf8_lossy(&state.line).into_owned();
        state.line.clear();
        (self.sink)(&line);
        if state.tail.len() == TAIL {
            state.tail.pop_front();
        }
        state.tail.push_back(line);
    }
}

impl IsTerminal for Log {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Log {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl OutputStream for Log {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        Log::write(self, &bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(LINE)
    }
}

#[async_trait::async_trait]
impl Pollable for Log {
    async fn ready(&mut self) {}
}

impl AsyncWrite for Log {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Log::write(&self, bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log() -> (Log, Arc<Mutex<Vec<String>>>) {
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        let lines = seen.clone();
        let log = Log::new(Arc::new(move |line| {
            lines.lock().unwrap().push(line.to_owned())
        }));
        log.begin(1_000);
        (log, seen)
    }

    #[test]
    fn lines_arrive_whole_however_they_were_written() {
        let (log, seen) = log();
        log.write(b"one\ntw");
        log.write(b"o\nthree");
        assert_eq!(*seen.lock().unwrap(), ["one", "two"]);
        assert_eq!(log.take_tail().as_deref(), Some("one\ntwo\nthree"));
        assert_eq!(log.take_tail(), None);
    }

    #[test]
    fn an_endless_log_is_cut_and_says_so_once() {
        let (log, seen) = log();
        for _ in 0..100 {
            log.write(&[b'x'; 100]);
        }
        log.take_tail();
        let lines = seen.lock().unwrap();
        assert_eq!(
            lines.iter().map(|l| l.matches('x').count()).sum::<usize>(),
            1_000
        );
        assert_eq!(lines.iter().filter(|l| l.contains("dropped")).count(), 1);
    }
}
