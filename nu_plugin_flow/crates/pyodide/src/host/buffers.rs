//! The lists of buffers that WASI reads into and writes from.

use super::guest::View;
use crate::files::Errno;

/// Buffers of one call; what is beyond them waits for the next call.
const BUFFERS: i32 = 1024;
/// Bytes of a buffer's description: where it is, how long.
const BUFFER: i32 = 8;

/// Where each buffer is, and how long.
pub(super) fn buffers(
    memory: &View<'_>,
    buffers: i32,
    count: i32,
) -> Result<Vec<(i32, usize)>, Errno> {
    if count < 0 {
        return Err(Errno::Inval);
    }
    (0..count.min(BUFFERS))
        .map(|number| {
            let entry = buffers.wrapping_add(number.wrapping_mul(BUFFER));
            let address = memory.read_i32(entry)?;
            let length = memory.read_i32(entry.wrapping_add(4))?;
            Ok((address, length.cast_unsigned() as usize))
        })
        .collect()
}

/// Works on one buffer after another, until one is not done whole. `step` gets
/// the address, the length and how many bytes are done; an error counts only
/// where nothing was done before it.
pub(super) fn transfer(
    list: Vec<(i32, usize)>,
    mut step: impl FnMut(i32, usize, usize) -> Result<usize, Errno>,
) -> Result<usize, Errno> {
    let mut done = 0;
    for (address, length) in list {
        match step(address, length, done) {
            Ok(count) => {
                done += count;
                if count < length {
                    break;
                }
            }
            Err(errno) if done == 0 => return Err(errno),
            Err(_) => break,
        }
    }
    Ok(done)
}
