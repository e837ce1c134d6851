//! Lists the sources of the engines, which travel in the plugin as text: there
//! are many, and none may be forgotten.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// What every engine is built with, below the root of the repository.
const SHARED: [&str; 2] = ["scripts/build-engines.sh", "wasm-toolchains/wit"];

/// Each engine, and what it is built of.
const ENGINES: [(&str, &[&str]); 2] = [
    (
        "javascript",
        &[
            "wasm-toolchains/javascript/engine",
            "wasm-toolchains/javascript/sdk",
        ],
    ),
    ("nushell", &["wasm-toolchains/nushell/engine"]),
];

fn main() -> io::Result<()> {
    let variable = |name: &str| {
        env::var_os(name)
            .map(PathBuf::from)
            .ok_or_else(|| io::Error::other(format!("cargo did not set {name}")))
    };
    let root = fs::canonicalize(variable("CARGO_MANIFEST_DIR")?.join("../../.."))?;
    let mut list = String::from("const SOURCES: &[(&str, &[(&str, &str)])] = &[\n");
    for (name, places) in ENGINES {
        let _ = writeln!(list, "({name:?}, &[");
        let mut files = Vec::new();
        for place in SHARED.iter().chain(places) {
            let place = root.join(place);
            watch(&place)?;
            walk(&place, &mut files)?;
        }
        files.sort();
        for file in files {
            let path = file.strip_prefix(&root).map_err(io::Error::other)?;
            let _ = writeln!(list, "({path:?}, include_str!({file:?})),");
        }
        list.push_str("]),\n");
    }
    list.push_str("];\n");
    fs::write(variable("OUT_DIR")?.join("engine-sources.rs"), list)
}

/// Has cargo look for changes of `place`, but not of what it built there itself.
fn watch(place: &Path) -> io::Result<()> {
    if !place.is_dir() {
        println!("cargo:rerun-if-changed={}", place.display());
        return Ok(());
    }
    for entry in fs::read_dir(place)? {
        let path = entry?.path();
        if !path.ends_with("target") {
            println!("cargo:rerun-if-changed={}", path.display());
        }
    }
    Ok(())
}

/// The files at and below `place`, without what cargo built there.
fn walk(place: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if place.is_file() {
        files.push(place.to_owned());
    }
    if !place.is_dir() || place.ends_with("target") {
        return Ok(());
    }
    for entry in fs::read_dir(place)? {
        walk(&entry?.path(), files)?;
    }
    Ok(())
}
