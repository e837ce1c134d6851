//! The templates and SDKs that travel in the plugin: from `wasm-toolchains`, where they are
//! developed and tested. A test holds that none is forgotten here.

use std::path::{Path, PathBuf};

use crate::template_file::TemplateFile;

/// What stands for the agent's name in a template.
const NAME: &str = "{{name}}";

/// A path below its folder, and its text.
type Embedded = (&'static str, &'static str);

macro_rules! embed {
    ($folder:literal, $path:literal) => {
        (
            $path,
            include_str!(concat!(
                "../../../../../wasm-toolchains/",
                $folder,
                "/",
                $path
            )),
        )
    };
}

const RUST_TEMPLATE: &[Embedded] = &[
    embed!("rust/template", ".cargo/config.toml"),
    embed!("rust/template", ".gitignore"),
    embed!("rust/template", "Cargo.lock"),
    embed!("rust/template", "Cargo.toml"),
    embed!("rust/template", "README.md"),
    embed!("rust/template", "agent.toml"),
    embed!("rust/template", "src/lib.rs"),
];

const RUST_SDK: &[Embedded] = &[
    embed!("rust/sdk", "Cargo.toml"),
    embed!("rust/sdk", "src/answer.rs"),
    embed!("rust/sdk", "src/binary.rs"),
    embed!("rust/sdk", "src/calendar.rs"),
    embed!("rust/sdk", "src/component.rs"),
    embed!("rust/sdk", "src/datetime.rs"),
    embed!("rust/sdk", "src/error.rs"),
    embed!("rust/sdk", "src/imports.rs"),
    embed!("rust/sdk", "src/imports_absent.rs"),
    embed!("rust/sdk", "src/input.rs"),
    embed!("rust/sdk", "src/javascript.rs"),
    embed!("rust/sdk", "src/large_integers.rs"),
    embed!("rust/sdk", "src/lib.rs"),
    embed!("rust/sdk", "src/macros.rs"),
    embed!("rust/sdk", "src/memory.rs"),
    embed!("rust/sdk", "src/peers.rs"),
    embed!("rust/sdk", "src/quantity.rs"),
    embed!("rust/sdk", "src/tagged.rs"),
    embed!("rust/sdk", "src/world.rs"),
];

const PYTHON_TEMPLATE: &[Embedded] = &[
    embed!("python/template", ".gitignore"),
    embed!("python/template", "README.md"),
    embed!("python/template", "agent.toml"),
    embed!("python/template", "main.py"),
    embed!("python/template", "pyproject.toml"),
    embed!("python/template", "test_main.py"),
];

const PYTHON_SDK: &[Embedded] = &[embed!("python/sdk", "flow.py")];

const JAVASCRIPT_TEMPLATE: &[Embedded] = &[
    embed!("javascript/template/javascript", ".gitignore"),
    embed!("javascript/template/javascript", "README.md"),
    embed!("javascript/template/javascript", "agent.toml"),
    embed!("javascript/template/javascript", "main.js"),
    embed!("javascript/template/javascript", "main.test.js"),
    embed!("javascript/template/javascript", "package.json"),
];

const TYPESCRIPT_TEMPLATE: &[Embedded] = &[
    embed!("javascript/template/typescript", ".gitignore"),
    embed!("javascript/template/typescript", "README.md"),
    embed!("javascript/template/typescript", "agent.toml"),
    embed!("javascript/template/typescript", "main.test.ts"),
    embed!("javascript/template/typescript", "main.ts"),
    embed!("javascript/template/typescript", "package.json"),
    embed!("javascript/template/typescript", "tsconfig.json"),
];

const JAVASCRIPT_SDK: &[Embedded] = &[
    embed!("javascript/sdk", "flow.d.ts"),
    embed!("javascript/sdk", "flow.js"),
    embed!("javascript/sdk", "register.js"),
];

const NUSHELL_TEMPLATE: &[Embedded] = &[
    embed!("nushell/template", "README.md"),
    embed!("nushell/template", "agent.toml"),
    embed!("nushell/template", "main.nu"),
    embed!("nushell/template", "test_main.nu"),
];

const GO_TEMPLATE: &[Embedded] = &[
    embed!("go/template", ".gitignore"),
    embed!("go/template", "README.md"),
    embed!("go/template", "agent.toml"),
    embed!("go/template", "go.mod"),
    embed!("go/template", "main.go"),
    embed!("go/template", "main_test.go"),
];

const GO_SDK: &[Embedded] = &[
    embed!("go/sdk", "answer.go"),
    embed!("go/sdk", "collect_tinygo_wasip1.go"),
    embed!("go/sdk", "collect_wasip1.go"),
    embed!("go/sdk", "component_wasip1.go"),
    embed!("go/sdk", "flow.go"),
    embed!("go/sdk", "go.mod"),
    embed!("go/sdk", "hosted_absent.go"),
    embed!("go/sdk", "imports_absent.go"),
    embed!("go/sdk", "imports_wasip1.go"),
    embed!("go/sdk", "input.go"),
    embed!("go/sdk", "integers.go"),
    embed!("go/sdk", "main_wasip1.go"),
    embed!("go/sdk", "main_wasip1.s"),
    embed!("go/sdk", "memory.go"),
    embed!("go/sdk", "panic.go"),
    embed!("go/sdk", "panic_tinygo.go"),
    embed!("go/sdk", "peers.go"),
    embed!("go/sdk", "stream.go"),
    embed!("go/sdk", "values.go"),
];

const WIT: &[Embedded] = &[embed!("wit", "agent.wit")];

/// A new Rust agent called `name`, without its SDK.
pub(crate) fn rust_template(name: &str) -> Vec<TemplateFile> {
    let mut files = named(RUST_TEMPLATE, name);
    for (path, text) in &mut files {
        if path.ends_with("Cargo.lock") {
            *text = in_order(&String::from_utf8_lossy(text)).into_bytes();
        }
    }
    files
}

/// A new Python agent called `name`, without its SDK.
pub(crate) fn python_template(name: &str) -> Vec<TemplateFile> {
    named(PYTHON_TEMPLATE, name)
}

/// A new agent in JavaScript or TypeScript called `name`.
pub(crate) fn javascript_template(language: &str, name: &str) -> Vec<TemplateFile> {
    match language {
        "typescript" => named(TYPESCRIPT_TEMPLATE, name),
        _ => named(JAVASCRIPT_TEMPLATE, name),
    }
}

/// A new agent in Nushell called `name`.
pub(crate) fn nushell_template(name: &str) -> Vec<TemplateFile> {
    named(NUSHELL_TEMPLATE, name)
}

/// A new Go agent called `name`, without its SDK.
pub(crate) fn go_template(name: &str) -> Vec<TemplateFile> {
    named(GO_TEMPLATE, name)
}

/// What a Python agent imports as `flow`, relative to `.flow/sdk`: for editors
/// and tests. Where an agent runs, flow brings its own.
pub(crate) fn python_sdk() -> Vec<TemplateFile> {
    below("python", PYTHON_SDK)
}

/// What an agent in JavaScript imports as `flow`, relative to `.flow/sdk`: for
/// editors and tests. Where it runs, the engine brings its own.
pub(crate) fn javascript_sdk() -> Vec<TemplateFile> {
    below("javascript", JAVASCRIPT_SDK)
}

/// The module `flow` that Go agents import, relative to `.flow/sdk`.
pub(crate) fn go_sdk() -> Vec<TemplateFile> {
    below("go", GO_SDK)
}

/// The Rust SDK and the contract, relative to `.flow/sdk`.
pub(crate) fn rust_sdk() -> Vec<TemplateFile> {
    let mut files = below("rust", RUST_SDK);
    files.extend(below("wit", WIT));
    files
}

/// A template with the agent's name in it.
fn named(template: &[Embedded], name: &str) -> Vec<TemplateFile> {
    let file =
        |(path, text): &Embedded| (PathBuf::from(path), text.replace(NAME, name).into_bytes());
    template.iter().map(file).collect()
}

/// The files of an SDK, in `folder`.
fn below(folder: &str, files: &[Embedded]) -> Vec<TemplateFile> {
    let file = |(path, text): &Embedded| (Path::new(folder).join(path), text.as_bytes().to_vec());
    files.iter().map(file).collect()
}

/// The lock file with its packages by name. Cargo would rewrite one that is in
/// another order, and the agent would look changed after its first build.
fn in_order(lock: &str) -> String {
    const PACKAGE: &str = "\n[[package]]\n";
    let mut parts = lock.trim_end().split(PACKAGE);
    let head = parts.next().unwrap_or_default();
    let mut packages: Vec<&str> = parts.map(str::trim_end).collect();
    packages.sort_unstable();
    let packages = packages
        .iter()
        .map(|package| format!("{PACKAGE}{package}\n"));
    head.to_owned() + &packages.collect::<String>()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// The files below `folder`, without what tools made and without an SDK's own tests.
    fn on_disk(folder: &Path) -> Vec<String> {
        let mut files = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(next) = folders.pop() {
            for entry in fs::read_dir(next).unwrap() {
                let path = entry.unwrap().path();
                if path.ends_with("flow_test.go") {
                    continue;
                }
                if !path.is_dir() {
                    files.push(path.strip_prefix(folder).unwrap().display().to_string());
                } else if !path.ends_with("target") && !path.ends_with("__pycache__") {
                    folders.push(path);
                }
            }
        }
        files.sort();
        files
    }

    #[test]
    fn the_lock_file_is_in_cargos_order_whatever_the_agent_is_called() {
        for name in ["aaa", "flow-b", "rust-2", "zzz"] {
            let files = rust_template(name);
            let lock = files.iter().find(|(path, _)| path.ends_with("Cargo.lock"));
            let lock = String::from_utf8(lock.unwrap().1.clone()).unwrap();
            let names = lock.lines().filter_map(|line| line.strip_prefix("name = "));
            let names: Vec<_> = names.map(|name| name.trim_matches('"')).collect();
            assert!(names.is_sorted() && names.contains(&name), "{names:?}");
        }
    }

    #[test]
    fn every_file_of_the_toolchains_is_embedded() {
        let toolchains = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../wasm-toolchains");
        for (folder, embedded) in [
            ("rust/template", RUST_TEMPLATE),
            ("rust/sdk", RUST_SDK),
            ("python/template", PYTHON_TEMPLATE),
            ("python/sdk", PYTHON_SDK),
            ("javascript/template/javascript", JAVASCRIPT_TEMPLATE),
            ("javascript/template/typescript", TYPESCRIPT_TEMPLATE),
            ("javascript/sdk", JAVASCRIPT_SDK),
            ("nushell/template", NUSHELL_TEMPLATE),
            ("go/template", GO_TEMPLATE),
            ("go/sdk", GO_SDK),
            ("wit", WIT),
        ] {
            let mut paths: Vec<_> = embedded
                .iter()
                .map(|(path, _)| (*path).to_owned())
                .collect();
            paths.sort();
            let mut files = on_disk(&toolchains.join(folder));
            // What engines offer to the host is no agent's affair.
            files.retain(|file| !(folder == "wit" && file.starts_with("engine/")));
            assert_eq!(paths, files, "in {folder}");
        }
    }
}
