use std::collections::VecDeque;

use super::{errno::Errno, memory::Budget};

/// What a pipe holds at most, in bytes.
const CAPACITY: usize = 64 * 1024;

/// What an empty pipe keeps allocated, in bytes.
const KEPT: usize = 4096;

/// A pipe in memory. Both ends are in the same thread, so nobody can wait.
#[derive(Debug)]
pub(super) struct Pipe {
    bytes: VecDeque<u8>,
    pub(super) reader: bool,
    pub(super) writer: bool,
}

impl Pipe {
    pub(super) fn new() -> Pipe {
        Pipe {
            bytes: VecDeque::new(),
            reader: true,
            writer: true,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.bytes.len() >= CAPACITY
    }

    /// Takes what is there. `EAGAIN` where it is empty and has a writer; the
    /// end, which is 0, where it has none.
    pub(super) fn read(&mut self, buffer: &mut [u8], budget: &mut Budget) -> Result<usize, Errno> {
        if buffer.is_empty() {
            return Ok(0);
        }
        if self.bytes.is_empty() {
            return if self.writer {
                Err(Errno::Again)
            } else {
                Ok(0)
            };
        }
        let count = buffer.len().min(self.bytes.len());
        for (place, byte) in buffer.iter_mut().zip(self.bytes.drain(..count)) {
            *place = byte;
        }
        budget.release(count as u64);
        if self.bytes.is_empty() {
            // What is not counted is not kept either.
            self.bytes.shrink_to(KEPT);
        }
        Ok(count)
    }

    /// Puts in what fits. `EAGAIN` where nothing does, `EPIPE` without a reader.
    pub(super) fn write(&mut self, bytes: &[u8], budget: &mut Budget) -> Result<usize, Errno> {
        if !self.reader {
            return Err(Errno::Pipe);
        }
        let count = bytes.len().min(CAPACITY.saturating_sub(self.bytes.len()));
        if count == 0 {
            return if bytes.is_empty() {
                Ok(0)
            } else {
                Err(Errno::Again)
            };
        }
        budget.charge(count as u64)?;
        self.bytes.extend(bytes.iter().take(count));
        Ok(count)
    }
}
