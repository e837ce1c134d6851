//! The granted part of the file system, for `node:fs`.

use std::{
    fs::{self, FileType, OpenOptions},
    io::{self, ErrorKind, Write},
    path::Path,
    time::UNIX_EPOCH,
};

use rquickjs::{Ctx, Error, Exception, Function, Object, Result, TypedArray};

use crate::host;

/// WASI's error number for a path that leads out of the granted directories.
const NOT_CAPABLE: i32 = 76;
/// WASI's error number for an operation that is not permitted.
const NOT_PERMITTED: i32 = 63;

pub(crate) fn install(native: &Object<'_>) -> Result<()> {
    let ctx = native.ctx().clone();
    native.set("readFile", Function::new(ctx.clone(), read)?)?;
    native.set("writeFile", Function::new(ctx.clone(), write)?)?;
    native.set("stat", Function::new(ctx.clone(), stat)?)?;
    native.set("readDirectory", Function::new(ctx.clone(), read_directory)?)?;
    native.set("makeDirectory", Function::new(ctx.clone(), make_directory)?)?;
    native.set("remove", Function::new(ctx.clone(), remove)?)?;
    native.set("rename", Function::new(ctx.clone(), rename)?)?;
    native.set("copyFile", Function::new(ctx, copy)?)
}

fn read(ctx: Ctx<'_>, path: String) -> Result<TypedArray<'_, u8>> {
    let bytes = fs::read(&path).map_err(|error| failed(&ctx, &error, "open", &path, false))?;
    TypedArray::new(ctx, bytes)
}

/// Writes a file; `mode` is as for `fopen`: `w`, `a`, `wx`.
fn write(ctx: Ctx<'_>, path: String, bytes: TypedArray<'_, u8>, mode: String) -> Result<()> {
    let is_new = mode.contains('x');
    let mut options = OpenOptions::new();
    match mode.starts_with('a') {
        true => options.append(true),
        false => options.write(true).truncate(true),
    };
    options.create(true).create_new(is_new);
    let written = options
        .open(&path)
        .and_then(|mut file| file.write_all(bytes.as_bytes().unwrap_or_default()));
    written.map_err(|error| failed(&ctx, &error, "open", &path, true))
}

fn stat<'js>(ctx: Ctx<'js>, path: String, follow: bool) -> Result<Object<'js>> {
    let metadata = match follow {
        true => fs::metadata(&path),
        false => fs::symlink_metadata(&path),
    };
    let metadata = metadata.map_err(|error| failed(&ctx, &error, "stat", &path, false))?;
    let facts = Object::new(ctx)?;
    facts.set("kind", kind(metadata.file_type()))?;
    facts.set("size", metadata.len() as f64)?;
    let modified = metadata.modified().ok();
    let modified = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    facts.set(
        "modified",
        modified.unwrap_or_default().as_secs_f64() * 1000.0,
    )?;
    Ok(facts)
}

fn kind(kind: FileType) -> &'static str {
    match kind {
        kind if kind.is_dir() => "directory",
        kind if kind.is_symlink() => "link",
        kind if kind.is_file() => "file",
        _ => "other",
    }
}

/// The name and kind of each entry of a directory, sorted.
fn read_directory(ctx: Ctx<'_>, path: String) -> Result<Vec<Vec<String>>> {
    let listed = || -> io::Result<Vec<Vec<String>>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&path)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            names.push(vec![name, kind(entry.file_type()?).to_owned()]);
        }
        names.sort();
        Ok(names)
    };
    listed().map_err(|error| failed(&ctx, &error, "scandir", &path, false))
}

fn make_directory(ctx: Ctx<'_>, path: String, recursive: bool) -> Result<()> {
    let made = match recursive {
        true => make_all(Path::new(&path)),
        false => fs::create_dir(&path),
    };
    made.map_err(|error| failed(&ctx, &error, "mkdir", &path, true))
}

/// Like `create_dir_all`, which also looks at folders above the granted ones.
fn make_all(path: &Path) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|metadata| metadata.is_dir()) {
        return Ok(());
    }
    match fs::create_dir(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let parent = path.parent().ok_or(error)?;
            make_all(parent)?;
            fs::create_dir(path)
        }
        other => other,
    }
}

fn remove(ctx: Ctx<'_>, path: String, recursive: bool, directory: bool) -> Result<()> {
    let (removed, call) = match (recursive, directory) {
        (true, _) => (remove_all(Path::new(&path)), "rm"),
        (false, true) => (fs::remove_dir(&path), "rmdir"),
        (false, false) => (fs::remove_file(&path), "unlink"),
    };
    removed.map_err(|error| failed(&ctx, &error, call, &path, true))
}

fn remove_all(path: &Path) -> io::Result<()> {
    if !fs::symlink_metadata(path)?.is_dir() {
        return fs::remove_file(path);
    }
    for entry in fs::read_dir(path)? {
        remove_all(&entry?.path())?;
    }
    fs::remove_dir(path)
}

fn rename(ctx: Ctx<'_>, from: String, to: String) -> Result<()> {
    fs::rename(&from, &to).map_err(|error| failed(&ctx, &error, "rename", &from, true))
}

fn copy(ctx: Ctx<'_>, from: String, to: String) -> Result<()> {
    let bytes = fs::read(&from).map_err(|error| failed(&ctx, &error, "copyfile", &from, false))?;
    fs::write(&to, bytes).map_err(|error| failed(&ctx, &error, "copyfile", &to, true))
}

/// The exception that Node would throw; where a grant is missing, it says which.
fn failed(ctx: &Ctx<'_>, error: &io::Error, call: &str, path: &str, writes: bool) -> Error {
    let looks = call == "stat";
    let (code, what) = match described(error) {
        // wasi-libc reports a path outside every granted directory as absent. `stat`
        // reports the same, so that a program's fallbacks work.
        ("ENOENT", _) if !looks && !is_granted(path) => ("EACCES", "permission denied"),
        // WASI opens a directory like a file and fails only when it is read.
        ("EIO", _) if fs::metadata(path).is_ok_and(|metadata| metadata.is_dir()) => {
            ("EISDIR", "illegal operation on a directory")
        }
        known => known,
    };
    let mut message = format!("{code}: {what}, {call} '{path}'");
    if code == "EACCES" {
        // Listing a directory needs a grant of it, not of its parent.
        let place = Path::new(path);
        let folder = if call == "scandir" {
            Some(place)
        } else {
            place.parent()
        };
        message += &format!(" ({})", grant(folder, writes));
    }
    let thrown = Exception::from_message(ctx.clone(), &message).and_then(|exception| {
        exception.set("code", code)?;
        exception.set("errno", -error.raw_os_error().unwrap_or(0))?;
        exception.set("syscall", call)?;
        exception.set("path", path)?;
        Ok(exception)
    });
    match thrown {
        Ok(exception) => exception.throw(),
        Err(error) => error,
    }
}

/// Whether `path` is in a granted directory.
fn is_granted(path: &str) -> bool {
    let parts = |path: &str| -> Vec<String> {
        let parts = path.split('/').filter(|part| !matches!(*part, "" | "."));
        parts.map(str::to_owned).collect()
    };
    let wanted = parts(path);
    host::directories()
        .iter()
        .any(|granted| wanted.starts_with(&parts(granted)))
}

fn described(error: &io::Error) -> (&'static str, &'static str) {
    let is_refused = match error.raw_os_error() {
        Some(number) => [NOT_CAPABLE, NOT_PERMITTED].contains(&number),
        // wasi-libc found no granted directory that contains the path.
        None => error.to_string().contains("pre-opened"),
    };
    match error.kind() {
        _ if is_refused => ("EACCES", "permission denied"),
        ErrorKind::NotFound => ("ENOENT", "no such file or directory"),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            ("EACCES", "permission denied")
        }
        ErrorKind::AlreadyExists => ("EEXIST", "file already exists"),
        ErrorKind::NotADirectory => ("ENOTDIR", "not a directory"),
        ErrorKind::IsADirectory => ("EISDIR", "illegal operation on a directory"),
        ErrorKind::DirectoryNotEmpty => ("ENOTEMPTY", "directory not empty"),
        ErrorKind::StorageFull => ("ENOSPC", "no space left on device"),
        _ => ("EIO", "i/o error"),
    }
}

/// The flag and the permission that would grant `folder`.
fn grant(folder: Option<&Path>, writes: bool) -> String {
    let folder = folder
        .map(Path::to_string_lossy)
        .filter(|folder| !folder.is_empty())
        .unwrap_or(".".into());
    let access = if writes { "rw" } else { "ro" };
    format!(
        "grant it with `--allow-dir {folder}:{access}`, or with `dirs = [\"{folder}:{access}\"]` under [permissions] in agent.toml"
    )
}
