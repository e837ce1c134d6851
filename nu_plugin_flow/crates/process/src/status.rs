//! How a program ended, as shells count.

use std::process::ExitStatus;

#[cfg(unix)]
pub(super) fn status_number(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    let signal = status.signal().map(|signal| 128 + signal);
    status.code().or(signal).unwrap_or(-1)
}

#[cfg(not(unix))]
pub(super) fn status_number(status: ExitStatus) -> i32 {
    status.code().unwrap_or(-1)
}
