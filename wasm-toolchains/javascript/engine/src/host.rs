//! The host's functions, called through WASI preview 1. The C library would cache some of
//! the answers, and they must not get into a snapshot.

use std::time::Duration;

/// Standard error, which is the log.
pub(crate) const ERROR: u32 = 2;

/// The most bytes that are read from standard input at once.
const CHUNK: usize = 64 * 1024;

/// Writes `bytes`; false where nothing reads them to the end.
pub(crate) fn write_all(stream: u32, mut bytes: &[u8]) -> bool {
    while !bytes.is_empty() {
        let part = wasip1::Ciovec {
            buf: bytes.as_ptr(),
            buf_len: bytes.len(),
        };
        // SAFETY: the part lies in `bytes`, which outlives the call.
        match unsafe { wasip1::fd_write(stream, &[part]) } {
            Ok(0) | Err(_) => return false,
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
        }
    }
    true
}

/// The next bytes of standard input; none at its end.
pub(crate) fn read_input() -> Vec<u8> {
    let mut buffer = vec![0; CHUNK];
    let part = wasip1::Iovec {
        buf: buffer.as_mut_ptr(),
        buf_len: buffer.len(),
    };
    // SAFETY: the part is all of `buffer`.
    let read = unsafe { wasip1::fd_read(0, &[part]) }.unwrap_or(0);
    buffer.truncate(read);
    buffer
}

/// Standard input to its end.
pub(crate) fn read_all_input() -> Vec<u8> {
    let mut all = Vec::new();
    loop {
        let chunk = read_input();
        if chunk.is_empty() {
            return all;
        }
        all.extend_from_slice(&chunk);
    }
}

/// Fills `bytes` with random ones; none where the host has none.
pub(crate) fn random(bytes: &mut [u8]) -> Option<()> {
    // SAFETY: pointer and length are those of `bytes`.
    unsafe { wasip1::random_get(bytes.as_mut_ptr(), bytes.len()) }.ok()
}

/// Nanoseconds of the monotonic clock.
pub(crate) fn monotonic() -> u64 {
    // SAFETY: it takes plain numbers.
    unsafe { wasip1::clock_time_get(wasip1::CLOCKID_MONOTONIC, 1) }.unwrap_or(0)
}

/// Waits.
pub(crate) fn sleep(duration: Duration) {
    std::thread::sleep(duration);
}

/// The program's arguments, its name first.
pub(crate) fn arguments() -> Vec<String> {
    // SAFETY: it takes nothing.
    let Ok((count, size)) = (unsafe { wasip1::args_sizes_get() }) else {
        return Vec::new();
    };
    // SAFETY: both are as large as the host asks for.
    strings(count, size, |places, buffer| unsafe {
        wasip1::args_get(places, buffer).is_ok()
    })
}

/// The environment that was granted, as `NAME=value`.
pub(crate) fn environment() -> Vec<String> {
    // SAFETY: it takes nothing.
    let Ok((count, size)) = (unsafe { wasip1::environ_sizes_get() }) else {
        return Vec::new();
    };
    // SAFETY: both are as large as the host asks for.
    strings(count, size, |places, buffer| unsafe {
        wasip1::environ_get(places, buffer).is_ok()
    })
}

/// Strings that the host writes one after the other, each with a NUL at its end.
fn strings(
    count: usize,
    size: usize,
    get: impl FnOnce(*mut *mut u8, *mut u8) -> bool,
) -> Vec<String> {
    let mut places = vec![std::ptr::null_mut(); count];
    let mut buffer = vec![0u8; size];
    if !get(places.as_mut_ptr(), buffer.as_mut_ptr()) {
        return Vec::new();
    }
    let strings = buffer.split(|byte| *byte == 0).take(count);
    strings
        .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        .collect()
}

/// The granted directories, by the program's names for them.
pub(crate) fn directories() -> Vec<String> {
    let mut names = Vec::new();
    // The standard streams come first.
    for descriptor in 3.. {
        // SAFETY: it takes a plain number.
        let Ok(found) = (unsafe { wasip1::fd_prestat_get(descriptor) }) else {
            break;
        };
        // SAFETY: a directory is the only kind of preopened file.
        let length = unsafe { found.u.dir.pr_name_len };
        let mut name = vec![0; length];
        // SAFETY: pointer and length are those of `name`.
        let read = unsafe { wasip1::fd_prestat_dir_name(descriptor, name.as_mut_ptr(), length) };
        if read.is_ok() {
            let name = String::from_utf8_lossy(&name);
            names.push(name.trim_end_matches('\0').to_owned());
        }
    }
    names
}

unsafe extern "C" {
    /// Makes wasi-libc ask for the granted directories again.
    fn __wasilibc_reset_preopens();
}

/// Forgets the granted directories: those of a snapshot are not those of the instance.
pub(crate) fn forget_directories() {
    // SAFETY: no file is open; the engine has one thread.
    unsafe { __wasilibc_reset_preopens() };
}

/// Ends the program.
pub(crate) fn exit(status: u8) -> ! {
    // SAFETY: it takes a plain number and does not return.
    unsafe { wasip1::proc_exit(u32::from(status)) };
    std::process::abort()
}
