//! There is no network: every way to one fails as on a machine without it.

use wasmtime::Linker;

use super::guest::syscall;
use super::namespace::ENV;
use crate::files::Errno;
use crate::state::State;

const CALLS: &[&str] = &[
    "__syscall_accept4",
    "__syscall_bind",
    "__syscall_connect",
    "__syscall_getpeername",
    "__syscall_getsockname",
    "__syscall_getsockopt",
    "__syscall_listen",
    "__syscall_recvfrom",
    "__syscall_recvmsg",
    "__syscall_sendmsg",
    "__syscall_sendto",
    "__syscall_socket",
];
/// `EAI_FAIL`: the name does not resolve, and trying again will not help.
const NOT_RESOLVED: i32 = -4;

pub(super) fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    for call in CALLS {
        linker.func_wrap(
            ENV,
            call,
            |_: i32, _: i32, _: i32, _: i32, _: i32, _: i32| syscall(Err(Errno::Notsup)),
        )?;
    }
    linker
        .func_wrap(ENV, "getaddrinfo", |_: i32, _: i32, _: i32, _: i32| {
            NOT_RESOLVED
        })?
        .func_wrap(
            ENV,
            "getnameinfo",
            |_: i32, _: i32, _: i32, _: i32, _: i32, _: i32, _: i32| NOT_RESOLVED,
        )?
        .func_wrap(ENV, "getprotobyname", |_: i32| 0)?
        .func_wrap(ENV, "_emscripten_lookup_name", |_: i32| 0)?;
    Ok(())
}
