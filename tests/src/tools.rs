//! Finds the programs that a test may need.

use std::path::{Path, PathBuf};

/// The root of the repository.
pub fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest
        .parent()
        .expect("tests/ is in the repository")
        .to_path_buf()
}

/// The directory of built programs: `target/release` unless cargo was told otherwise.
pub fn built() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    let deps = test.parent().expect("a test is in `deps`");
    deps.parent()
        .expect("`deps` is in the profile's directory")
        .to_path_buf()
}

/// The plugin under test, from `$FLOW_PLUGIN`, else beside this test.
pub fn plugin() -> PathBuf {
    let path = std::env::var_os("FLOW_PLUGIN").map_or_else(
        || built().join(format!("nu_plugin_flow{}", std::env::consts::EXE_SUFFIX)),
        PathBuf::from,
    );
    assert!(
        path.is_file(),
        "no plugin at {}: run ./scripts/setup.sh",
        path.display()
    );
    path
}

/// The `nu` that runs the tests, from `$FLOW_NU`, else the one that `scripts/setup.sh` put there.
pub fn nu() -> PathBuf {
    let path =
        std::env::var_os("FLOW_NU").map_or_else(|| root().join(".tools/bin/nu"), PathBuf::from);
    assert!(
        path.is_file(),
        "no nu at {}: run ./scripts/setup.sh",
        path.display()
    );
    path
}

/// `PATH` for a test: the project's own tools first.
pub fn search_path() -> std::ffi::OsString {
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let own = std::iter::once(root().join(".tools/bin"));
    std::env::join_paths(own.chain(std::env::split_paths(&inherited))).expect("a joinable PATH")
}

/// Where `tool` is, or none. `<name>.wasm` is a program for WASI that
/// `scripts/setup.sh` put there, `pyodide` the folder of the npm package,
/// `engine:NAME` the core module of an engine, anything
/// else a program on the search path.
pub fn find(tool: &str) -> Option<PathBuf> {
    if tool.ends_with(".wasm") {
        return Some(root().join(".tools/wasi/bin").join(tool)).filter(|path| path.is_file());
    }
    if let Some(engine) = tool.strip_prefix("engine:") {
        return engine_core(engine);
    }
    if tool == "pyodide" {
        let folder = root().join(".tools/pyodide/node_modules/pyodide");
        return Some(folder).filter(|folder| folder.is_dir());
    }
    let path = search_path();
    std::env::split_paths(&path)
        .map(|directory| directory.join(format!("{tool}{}", std::env::consts::EXE_SUFFIX)))
        .find(|path| path.is_file())
}

/// The core module of an engine, where it was built.
pub fn engine_core(name: &str) -> Option<PathBuf> {
    let path = root().join(".tools/engines").join(format!("{name}.wasm"));
    path.is_file().then_some(path)
}

/// The tools that a line of a script's header names, such as `# needs: node, jaq.wasm`.
pub fn named<'a>(script: &'a str, header: &'a str) -> impl Iterator<Item = &'a str> {
    script
        .lines()
        .take_while(|line| line.starts_with('#'))
        .filter_map(move |line| line.strip_prefix(header))
        .flat_map(|tools| tools.split(','))
        .map(str::trim)
}

/// Whether a missing tool fails a test rather than skipping it.
pub fn on_build_machine() -> bool {
    std::env::var_os("CI").is_some_and(|value| value == "true")
}
