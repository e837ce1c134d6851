//! Which directories were granted. wasi-libc tells of a path outside of them that
//! it does not exist, and a person should read that it was not granted.

use std::path::{Path, PathBuf};

use super::absolute;

/// The first number that a granted directory can have, behind the standard streams.
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
    let folders = all()
        .into_iter()
        .map(|name| absolute(PathBuf::from(name), root));
    folders.into_iter().any(|folder| path.starts_with(folder))
}

/// What a pattern looks for. One that begins with a pattern at the root looks in
/// each granted directory, where the root is not granted itself.
pub fn patterns(pattern: &str, folder: &Path) -> Vec<String> {
    let root = Path::new("/");
    let relative = pattern.trim_start_matches('/');
    let first = relative.split('/').next().unwrap_or_default();
    let at_root = relative.len() < pattern.len() || folder == root;
    let granted = all();
    if !at_root || !nu_glob::is_glob(first) || granted.is_empty() || cover(root) {
        return vec![pattern.to_owned()];
    }
    let rest = relative.split_once('/').map(|(_, rest)| rest);
    let matching = nu_glob::Pattern::new(first).ok();
    let mut found = Vec::new();
    for granted in granted {
        let granted = absolute(granted, root).to_string_lossy().into_owned();
        let name = granted.trim_start_matches('/');
        if first == "**" {
            found.push(format!("{granted}/{relative}"));
            if matches!(rest, None | Some("*")) {
                found.push(granted);
            }
        } else if matching.as_ref().is_some_and(|it| it.matches(name)) {
            found.push(rest.map_or_else(|| granted.clone(), |rest| format!("{granted}/{rest}")));
        }
    }
    found
}

fn name(descriptor: u32) -> Option<String> {
    let mut prestat = Prestat {
        tag: 0,
        name_length: 0,
    };
    // SAFETY: the pointer is to a value of the form that WASI writes.
    let found = unsafe { fd_prestat_get(descriptor, &raw mut prestat) };
    if found != SUCCESS {
        return None;
    }
    let mut name = vec![0; prestat.name_length as usize];
    // SAFETY: the buffer is as long as it is said to be.
    let read = unsafe { fd_prestat_dir_name(descriptor, name.as_mut_ptr(), prestat.name_length) };
    (read == SUCCESS)
        .then(|| String::from_utf8(name).ok())
        .flatten()
}
