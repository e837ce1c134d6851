//! The standard streams of commands: bounded queues of chunks, so that
//! whoever is faster waits for the other side.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Mutex;
use tokio::sync::mpsc::error::{TryRecvError, TrySendError};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio_util::sync::PollSender;
use wasmtime_wasi::cli::{IsTerminal, StdinStream, StdoutStream};
use wasmtime_wasi::p2::{InputStream, OutputStream, Pollable, StreamError, StreamResult};

/// Chunks that wait in one direction.
const QUEUE: usize = 8;
/// The largest chunk that a guest may write at once, in bytes.
const CHUNK: usize = 64 << 10;

/// The guest's end of its standard input.
#[derive(Clone)]
pub(crate) struct GuestInput(Arc<Mutex<Incoming>>);

struct Incoming {
    chunk: Bytes,
    queue: Receiver<Bytes>,
    ended: bool,
}

/// The guest's end of its standard output.
#[derive(Clone)]
pub(crate) struct GuestOutput(Sender<Bytes>);

/// The guest's end of its standard output, where writing waits.
pub(crate) struct GuestWriter(PollSender<Bytes>);

/// The host's end of a command's standard input. Dropping it ends the input.
pub struct StandardInput(Sender<Bytes>);

/// The host's end of a command's standard output.
pub struct StandardOutput {
    chunk: Bytes,
    queue: Receiver<Bytes>,
}

pub(crate) fn input() -> (StandardInput, GuestInput) {
    let (sender, queue) = channel(QUEUE);
    let incoming = Incoming {
        chunk: Bytes::new(),
        queue,
        ended: false,
    };
    let guest = GuestInput(Arc::new(Mutex::new(incoming)));
    (StandardInput(sender), guest)
}

pub(crate) fn output() -> (GuestOutput, StandardOutput) {
    let (sender, queue) = channel(QUEUE);
    let chunk = Bytes::new();
    (GuestOutput(sender), StandardOutput { chunk, queue })
}

impl io::Write for StandardInput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let chunk = bytes.get(..CHUNK).unwrap_or(bytes);
        self.0
            .blocking_send(Bytes::copy_from_slice(chunk))
            .map_err(|_| io::ErrorKind::BrokenPipe)?;
        Ok(chunk.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl io::Read for StandardOutput {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.chunk.is_empty() {
            match self.queue.blocking_recv() {
                Some(chunk) => self.chunk = chunk,
                None => return Ok(0),
            }
        }
        let length = self.chunk.len().min(buffer.len());
        let bytes = self.chunk.split_to(length);
        if let Some(target) = buffer.get_mut(..length) {
            target.copy_from_slice(&bytes);
        }
        Ok(length)
    }
}

impl IsTerminal for GuestInput {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl IsTerminal for GuestOutput {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdinStream for GuestInput {
    // Only WASI 0.3 reads this way, which flow does not link.
    fn async_stream(&self) -> Box<dyn AsyncRead + Send + Sync> {
        Box::new(tokio::io::empty())
    }

    fn p2_stream(&self) -> Box<dyn InputStream> {
        Box::new(self.clone())
    }
}

impl StdoutStream for GuestOutput {
    // Only WASI 0.3 writes this way, which flow does not link.
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(tokio::io::sink())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl Incoming {
    fn receive(&mut self) {
        match self.queue.try_recv() {
            Ok(chunk) => self.chunk = chunk,
            Err(TryRecvError::Empty) => {}
            Err(TryRecvError::Disconnected) => self.ended = true,
        }
    }
}

impl AsyncRead for GuestInput {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // Nobody else holds it where it is read this way.
        let Ok(mut incoming) = self.0.try_lock() else {
            return Poll::Ready(Err(io::ErrorKind::ResourceBusy.into()));
        };
        while incoming.chunk.is_empty() && !incoming.ended {
            match ready!(incoming.queue.poll_recv(context)) {
                Some(chunk) => incoming.chunk = chunk,
                None => incoming.ended = true,
            }
        }
        let length = incoming.chunk.len().min(buffer.remaining());
        buffer.put_slice(&incoming.chunk.split_to(length));
        Poll::Ready(Ok(()))
    }
}

impl GuestOutput {
    /// The same for whoever writes without asking for room first.
    pub(crate) fn writer(self) -> GuestWriter {
        GuestWriter(PollSender::new(self.0))
    }
}

impl AsyncWrite for GuestWriter {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let closed = |_| io::Error::from(io::ErrorKind::BrokenPipe);
        ready!(self.0.poll_reserve(context)).map_err(closed)?;
        let chunk = bytes.get(..CHUNK).unwrap_or(bytes);
        self.0
            .send_item(Bytes::copy_from_slice(chunk))
            .map_err(closed)?;
        Poll::Ready(Ok(chunk.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[async_trait::async_trait]
impl InputStream for GuestInput {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        // Held elsewhere only while another handle waits for input.
        let Ok(mut incoming) = self.0.try_lock() else {
            return Ok(Bytes::new());
        };
        if incoming.chunk.is_empty() {
            incoming.receive();
        }
        if incoming.chunk.is_empty() && incoming.ended {
            return Err(StreamError::Closed);
        }
        let length = incoming.chunk.len().min(size);
        Ok(incoming.chunk.split_to(length))
    }
}

#[async_trait::async_trait]
impl Pollable for GuestInput {
    async fn ready(&mut self) {
        let mut incoming = self.0.lock().await;
        if incoming.chunk.is_empty() && !incoming.ended {
            match incoming.queue.recv().await {
                Some(chunk) => incoming.chunk = chunk,
                None => incoming.ended = true,
            }
        }
    }
}

impl OutputStream for GuestOutput {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        match self.0.try_send(bytes) {
            Ok(()) => Ok(()),
            Err(TrySendError::Closed(_)) => Err(StreamError::Closed),
            Err(TrySendError::Full(_)) => Err(StreamError::trap(
                "wrote to standard output without asking whether it takes more",
            )),
        }
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        match self.0.try_reserve() {
            Ok(_) => Ok(CHUNK),
            Err(TrySendError::Full(())) => Ok(0),
            Err(TrySendError::Closed(())) => Err(StreamError::Closed),
        }
    }
}

#[async_trait::async_trait]
impl Pollable for GuestOutput {
    async fn ready(&mut self) {
        // Closed counts as ready: the next write reports it.
        let _ = self.0.reserve().await;
    }
}
