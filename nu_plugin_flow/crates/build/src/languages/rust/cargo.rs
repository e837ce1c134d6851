//! What a Cargo project says about itself, read without starting cargo.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use toml::de::{DeTable, DeValue};

use crate::plan_error::PlanError;

/// The parts of a `Cargo.toml` that a build needs.
pub(super) struct Project {
    /// `package.name`
    pub package: String,
    /// The name of the `.wasm` that its library becomes, without the extension;
    /// nothing where it has no `cdylib`.
    pub library: Option<String>,
    /// The name of its program, where it has no `cdylib`.
    pub program: String,
    /// Whether it runs a program of its own before it is compiled.
    pub build_script: bool,
}

impl Project {
    pub fn read(root: &Path) -> Result<Project, PlanError> {
        let path = root.join("Cargo.toml");
        let text = fs::read_to_string(&path).map_err(|error| PlanError::project(&path, error))?;
        let document = DeTable::parse(&text)
            .map_err(|error| PlanError::project(&path, error.message().trim_end()))?;
        let document = document.get_ref();
        let package = string(document, &["package", "name"])
            .ok_or_else(|| PlanError::project(&path, "no `package.name`"))?;
        let library =
            string(document, &["lib", "name"]).unwrap_or_else(|| package.replace('-', "_"));
        let is_library = value(document, &["lib", "crate-type"])
            .and_then(DeValue::as_array)
            .is_some_and(|kinds| {
                kinds
                    .iter()
                    .any(|kind| kind.get_ref().as_str() == Some("cdylib"))
            });
        let program = string(document, &["package", "default-run"])
            .or_else(|| {
                let programs = value(document, &["bin"])?.as_array()?;
                Some(
                    programs
                        .first()?
                        .get_ref()
                        .as_table()?
                        .get("name")?
                        .get_ref()
                        .as_str()?
                        .to_owned(),
                )
            })
            .unwrap_or_else(|| package.clone());
        let build_script = root.join("build.rs").exists()
            || value(document, &["package", "build"])
                .is_some_and(|build| build.as_bool() != Some(false));
        Ok(Project {
            library: is_library.then_some(library),
            program,
            package,
            build_script,
        })
    }
}

fn value<'a>(table: &'a DeTable<'a>, path: &[&str]) -> Option<&'a DeValue<'a>> {
    let (last, tables) = path.split_last()?;
    let mut table = table;
    for name in tables {
        table = table.get(*name)?.get_ref().as_table()?;
    }
    Some(table.get(*last)?.get_ref())
}

fn string(table: &DeTable<'_>, path: &[&str]) -> Option<String> {
    Some(value(table, path)?.as_str()?.to_owned())
}

/// The folders of all packages that the project at `root` is made of: itself
/// and, through any number of steps, those that it takes from a path. Packages
/// that only a workspace above names count too: rebuilding once too often is
/// better than once too seldom.
pub(super) fn packages(root: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![root.to_owned()];
    waiting.extend(
        workspace_manifests(root)
            .into_iter()
            .flat_map(|path| dependencies(&path)),
    );
    while let Some(folder) = waiting.pop() {
        if found.insert(folder.clone()) {
            waiting.extend(dependencies(&folder.join("Cargo.toml")));
        }
    }
    found
}

/// The folders that hold those packages; one below another is not repeated.
pub(super) fn folders(root: &Path) -> Vec<PathBuf> {
    let packages = packages(root);
    let is_outermost = |folder: &&PathBuf| {
        !folder
            .ancestors()
            .skip(1)
            .any(|above| packages.contains(above))
    };
    packages.iter().filter(is_outermost).cloned().collect()
}

/// Files outside of those folders that cargo reads: the workspace above and
/// the configurations on the way up and of the user.
pub(super) fn files(root: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in root.ancestors().skip(1) {
        let names = [
            ".cargo/config.toml",
            ".cargo/config",
            "rust-toolchain.toml",
            "rust-toolchain",
        ];
        files.extend(names.iter().map(|name| folder.join(name)));
    }
    for manifest in workspace_manifests(root) {
        files.push(manifest.with_file_name("Cargo.lock"));
        files.push(manifest);
    }
    if let Some(home) = home() {
        files.extend(["config.toml", "config"].map(|name| home.join(name)));
    }
    files.retain(|file| file.is_file());
    files
}

/// `$CARGO_HOME`, else `~/.cargo`.
fn home() -> Option<PathBuf> {
    match std::env::var_os("CARGO_HOME") {
        Some(home) => Some(home.into()),
        None => Some(std::env::home_dir()?.join(".cargo")),
    }
}

/// The manifests above `root` that could be its workspace's; none where it is
/// the root of a workspace itself.
fn workspace_manifests(root: &Path) -> Vec<PathBuf> {
    let own = fs::read_to_string(root.join("Cargo.toml")).unwrap_or_default();
    if DeTable::parse(&own).is_ok_and(|own| own.get_ref().contains_key("workspace")) {
        return Vec::new();
    }
    let manifests = root
        .ancestors()
        .skip(1)
        .map(|folder| folder.join("Cargo.toml"));
    manifests.filter(|manifest| manifest.is_file()).collect()
}

/// The folders of packages that `manifest` names by a path, wherever it does
/// (`dependencies`, `patch`, `target.*`, …). A manifest that cannot be read
/// names none; cargo will say why.
fn dependencies(manifest: &Path) -> Vec<PathBuf> {
    let Ok(text) = fs::read_to_string(manifest) else {
        return Vec::new();
    };
    let Ok(document) = DeTable::parse(&text) else {
        return Vec::new();
    };
    let mut paths = Vec::new();
    collect_paths(document.get_ref(), &mut paths);
    let base = manifest.parent().unwrap_or(Path::new("/"));
    let folders = paths
        .into_iter()
        .filter_map(|path| fs::canonicalize(base.join(path)).ok());
    folders
        .filter(|folder| folder.join("Cargo.toml").is_file())
        .collect()
}

fn collect_paths(table: &DeTable<'_>, paths: &mut Vec<String>) {
    for (key, value) in table.iter() {
        match value.get_ref() {
            DeValue::String(path) if key.get_ref() == "path" => paths.push(path.to_string()),
            DeValue::Table(table) => collect_paths(table, paths),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: PathBuf, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn a_project_is_a_library_where_it_makes_a_cdylib_and_else_a_program() {
        let folder = tempfile::tempdir().unwrap();
        let read = |text: &str| {
            write(folder.path().join("Cargo.toml"), text);
            let project = Project::read(folder.path()).unwrap();
            (project.library, project.program)
        };
        let cdylib = "[package]\nname = \"word-count\"\n[lib]\ncrate-type = [\"cdylib\"]";
        assert_eq!(
            read(cdylib),
            (Some("word_count".into()), "word-count".into())
        );
        assert_eq!(
            read("[package]\nname = \"a\"\n[[bin]]\nname = \"b\""),
            (None, "b".into())
        );
        assert_eq!(
            read("[package]\nname = \"a\"\n[lib]\npath = \"x.rs\""),
            (None, "a".into())
        );
    }

    #[test]
    fn a_manifest_that_is_no_package_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Project::read(folder.path()).is_err());
        for text in ["[package]", "[package\n"] {
            write(folder.path().join("Cargo.toml"), text);
            assert!(
                matches!(Project::read(folder.path()), Err(PlanError::Project { .. })),
                "{text}"
            );
        }
    }

    #[test]
    fn packages_taken_from_a_path_are_inputs_through_any_number_of_steps() {
        let folder = tempfile::tempdir().unwrap();
        let base = fs::canonicalize(folder.path()).unwrap();
        write(
            base.join("agent/Cargo.toml"),
            "[target.'cfg(unix)'.dependencies]\na = { path = \"../a\" }",
        );
        write(base.join("agent/inner/Cargo.toml"), "");
        write(
            base.join("a/Cargo.toml"),
            "[dependencies]\nb = { path = \"../b\" }\n[lib]\npath = \"src/lib.rs\"",
        );
        write(
            base.join("b/Cargo.toml"),
            "[dev-dependencies]\nagent = { path = \"../agent\" }",
        );
        write(base.join("unrelated/Cargo.toml"), "");
        assert_eq!(
            folders(&base.join("agent")),
            [base.join("a"), base.join("agent"), base.join("b")]
        );
    }

    #[test]
    fn the_workspace_and_the_configuration_above_are_inputs() {
        let folder = tempfile::tempdir().unwrap();
        let base = fs::canonicalize(folder.path()).unwrap();
        write(
            base.join("Cargo.toml"),
            "[workspace.dependencies]\nshared = { path = \"shared\" }",
        );
        write(base.join("Cargo.lock"), "");
        write(base.join("shared/Cargo.toml"), "");
        write(base.join(".cargo/config.toml"), "");
        write(base.join("agents/agent/Cargo.toml"), "");
        let root = base.join("agents/agent");
        assert_eq!(folders(&root), [root.clone(), base.join("shared")]);
        let files = files(&root);
        for file in ["Cargo.toml", "Cargo.lock", ".cargo/config.toml"] {
            assert!(files.contains(&base.join(file)), "{file}");
        }

        write(root.join("Cargo.toml"), "[workspace]");
        assert_eq!(folders(&root), std::slice::from_ref(&root));
        assert!(!super::files(&root).contains(&base.join("Cargo.toml")));
    }
}
