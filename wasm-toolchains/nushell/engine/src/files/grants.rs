//! The granted directories. wasi-libc reports a path outside of them as absent, and an
//! error should say that it was not granted.

use std::path::Path;

use crate::files::working_directory::absolute;

/// The first descriptor of a granted directory, after the standard streams.
const FIRST: u32 = 3;
const SUCCESS: u16 = 0;

/// WASI's description of a granted directory.
#[repr(C)]
struct Prestat {
    tag: u8,
    name_length: u32,
}

#[link(wasm_import_module = "wasi_snapshot_preview1")]
unsafe extern "C" {
    fn fd_prestat_get(descriptor: u32, prestat: *mut Prestat) -> u16;
    fn fd_prestat_dir_name(descriptor: u32, name: *mut u8, length: u32) -> u16;
}

/// The names of the granted directories, as they were granted.
pub fn all() -> Vec<String> {
    (FIRST..).map_while(name).collect()
}

/// Whether `path`, from the root, is in a granted directory.
pub fn cover(path: &Path) -> bool {
    let root = Path::new("/");
    all()
        .into_iter()
        .any(|name| path.starts_with(absolute(name, root)))
}

fn name(descriptor: u32) -> Option<String> {
    let mut prestat = Prestat {
        tag: 0,
        name_length: 0,
    };
    // SAFETY: the pointer is to a value of the layout that WASI writes.
    let found = unsafe { fd_prestat_get(descriptor, &raw mut prestat) };
    if found != SUCCESS {
        return None;
    }
    let mut name = vec![0; prestat.name_length as usize];
    // SAFETY: pointer and length are those of the buffer.
    let read = unsafe { fd_prestat_dir_name(descriptor, name.as_mut_ptr(), prestat.name_length) };
    (read == SUCCESS)
        .then(|| String::from_utf8(name).ok())
        .flatten()
}
