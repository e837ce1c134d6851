//! The guests in `guests/`: text in the repository, compiled when the tests run.
//!
//! A handler's file holds a core module that exports `memory`, `realloc` and
//! `handle`; the component around it is the same for all and is added here.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use wasmparser::{Validator, WasmFeatures};

use crate::tools::{built, root};

/// Compiles every guest; returns the directory in which they lie as
/// `handlers/*.wasm`, `commands/*.wasm`, `components/*.wasm` and `rust/*.wasm`.
pub fn compile() -> PathBuf {
    let target = built().join("flow-guests");
    for kind in ["handlers", "commands", "components"] {
        let directory = target.join(kind);
        fs::create_dir_all(&directory).expect("a directory for guests");
        for source in texts(&root().join("tests/guests").join(kind)) {
            let wasm = compile_text(&source, kind == "handlers");
            let name = source.file_stem().expect("a guest's name");
            write_whole(&directory.join(name).with_extension("wasm"), &wasm);
        }
    }
    compile_rust(&target);
    target
}

/// The `.wat` files in `directory`, in order of their names.
fn texts(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap_or_else(|error| {
        panic!("cannot read the guests in {}: {error}", directory.display())
    });
    let mut texts: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension() == Some(OsStr::new("wat")))
        .collect();
    texts.sort();
    texts
}

/// The wasm of one guest, known to be valid: a hostile guest has to reach the
/// runtime, not to be refused for a slip in its text.
fn compile_text(source: &Path, handler: bool) -> Vec<u8> {
    let text = fs::read_to_string(source).expect("a guest's text");
    let text = if handler { component(&text) } else { text };
    let wasm = wat::parse_str(&text)
        .unwrap_or_else(|error| panic!("cannot compile {}: {error}", source.display()));
    Validator::new_with_features(WasmFeatures::default())
        .validate_all(&wasm)
        .unwrap_or_else(|error| panic!("{} is not valid: {error}", source.display()));
    wasm
}

/// The handler component around the text of a core module.
fn component(module: &str) -> String {
    let start = module.find("(module").expect("a handler is a core module");
    let (comment, module) = module.split_at(start);
    let module = module.replacen("(module", "(core module $module", 1);
    format!(
        r#"{comment}(component
  {module}
  (core instance $instance (instantiate $module))
  (func $handle (param "input" string) (result (result string (error string)))
    (canon lift (core func $instance "handle")
      (memory (core memory $instance "memory"))
      (realloc (core func $instance "realloc"))))
  (instance $handler (export "handle" (func $handle)))
  (export "flow:agent/handler@0.1.0" (instance $handler)))"#
    )
}

/// Builds the engine whose language was made for tests; returns its core module.
pub fn engine() -> PathBuf {
    let source = root().join("tests/guests/engine");
    let folder = built().join("flow-guests/engine");
    cargo(&source, &folder, "wasm32-wasip1");
    folder.join("wasm32-wasip1/release/flow_test_engine.wasm")
}

/// Builds the guests that are written in Rust.
fn compile_rust(target: &Path) {
    let source = root().join("tests/guests/rust");
    let built = target.join("cargo");
    cargo(&source, &built, "wasm32-wasip2");
    let directory = target.join("rust");
    fs::create_dir_all(&directory).expect("a directory for guests");
    let release = built.join("wasm32-wasip2/release");
    for entry in fs::read_dir(&release).expect("what cargo built") {
        let path = entry.expect("an entry").path();
        if path.extension() == Some(OsStr::new("wasm")) {
            let name = path.file_name().expect("a guest's name");
            write_whole(
                &directory.join(name),
                &fs::read(&path).expect("a built guest"),
            );
        }
    }
}

/// Has cargo build the workspace in `source` for `target`.
fn cargo(source: &Path, built: &Path, target: &str) {
    let arguments = ["build", "--quiet", "--release", "--locked", "--target"];
    let output = Command::new("cargo")
        .args(arguments)
        .arg(target)
        .current_dir(source)
        .env("CARGO_TARGET_DIR", built)
        .env_remove("RUSTFLAGS")
        .output()
        .expect("cargo runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "cannot build {}:\n{stderr}",
        source.display()
    );
}

/// Writes `bytes` so that another test never sees half of them.
pub fn write_whole(path: &Path, bytes: &[u8]) {
    if fs::read(path).is_ok_and(|present| present == bytes) {
        return;
    }
    let directory = path.parent().expect("a file is in a directory");
    let mut file = tempfile::NamedTempFile::new_in(directory).expect("a file for a guest");
    std::io::Write::write_all(&mut file, bytes).expect("room for a guest");
    file.persist(path).expect("a guest in its place");
}
