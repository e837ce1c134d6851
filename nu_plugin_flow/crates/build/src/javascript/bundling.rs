//! Packages of npm: they and the agent become one module. The project's own
//! esbuild does it, or the one on `PATH`, or the one that npm fetches.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use flow_process::Command;
use serde::Deserialize;

use crate::{languages::facts::NPM_PROJECT as PROJECT, plan_error::PlanError};

/// npm's lock file, which says which versions are installed.
pub(crate) const LOCK_FILE: &str = "package-lock.json";
/// The version that npm fetches where there is no other.
const ESBUILD: &str = "esbuild@0.28.2";
/// Where the module is left, below the agent's folder: paths in its source map
/// begin there.
const FOLDER: &str = ".flow/bundle";
/// The module's name.
const MODULE: &str = "main.js";

/// How to make one module of an agent and its packages.
#[derive(Debug, Clone)]
pub(crate) struct Bundling {
    /// Run in this order.
    pub commands: Vec<Command>,
    /// Where the module is.
    pub folder: PathBuf,
    /// Its name there.
    pub entry: String,
    /// The module, and its source map.
    pub files: Vec<String>,
}

/// What is read of `package.json`.
#[derive(Debug, Default, Deserialize)]
struct Project {
    #[serde(default)]
    dependencies: serde_json::Map<String, serde_json::Value>,
}

/// How to bundle the agent in `root` that begins with `entry`; nothing where it
/// has no packages. `on_path` says whether a program is on `PATH`.
///
/// # Errors
/// `package.json` cannot be read.
pub(crate) fn bundling(
    root: &Path,
    entry: &str,
    on_path: &dyn Fn(&str) -> bool,
) -> Result<Option<Bundling>, PlanError> {
    let path = root.join(PROJECT);
    let Ok(text) = fs::read_to_string(&path) else {
        return Ok(None);
    };
    let project: Project =
        serde_json::from_str(&text).map_err(|error| PlanError::project(&path, error))?;
    if project.dependencies.is_empty() {
        return Ok(None);
    }
    let mut commands = Vec::new();
    if !is_installed(root) {
        commands.push(install(root));
    }
    commands.push(bundle(root, entry, on_path));
    Ok(Some(Bundling {
        commands,
        folder: root.join(FOLDER),
        entry: MODULE.to_owned(),
        files: vec![MODULE.to_owned(), format!("{MODULE}.map")],
    }))
}

/// Whether npm installed the packages after they were last named.
fn is_installed(root: &Path) -> bool {
    let written = |name: &str| {
        fs::metadata(root.join(name))
            .and_then(|it| it.modified())
            .ok()
    };
    // npm writes it at the end.
    let Some(installed) = written("node_modules/.package-lock.json") else {
        // Another tool's folder is that tool's affair.
        return root.join("node_modules").is_dir() && !root.join(LOCK_FILE).is_file();
    };
    [PROJECT, LOCK_FILE]
        .iter()
        .all(|name| written(name).is_none_or(|written| written <= installed))
}

/// Scripts of packages do not run: they would have the whole account.
fn install(root: &Path) -> Command {
    let verb = match root.join(LOCK_FILE).is_file() {
        true => "ci",
        false => "install",
    };
    let flags = ["--ignore-scripts", "--no-audit", "--no-fund"];
    let args = std::iter::once(verb).chain(flags);
    Command::new("npm", args, root)
}

fn bundle(root: &Path, entry: &str, on_path: &dyn Fn(&str) -> bool) -> Command {
    let own = root.join("node_modules/.bin/esbuild");
    let (program, mut args) = if own.is_file() {
        (own.display().to_string(), Vec::new())
    } else if on_path("esbuild") {
        ("esbuild".to_owned(), Vec::new())
    } else {
        let args = ["--yes", "--ignore-scripts", ESBUILD];
        ("npx".to_owned(), args.map(str::to_owned).to_vec())
    };
    let outfile = Path::new(FOLDER).join(MODULE);
    args.extend([entry.to_owned(), format!("--outfile={}", outfile.display())]);
    let flags = [
        "--bundle",
        "--format=esm",
        "--target=es2023",
        "--platform=neutral",
        "--main-fields=module,main",
        "--external:flow",
        "--external:node:*",
        "--sourcemap=external",
        "--sources-content=false",
        "--charset=utf8",
        "--legal-comments=none",
        "--log-level=warning",
        "--log-limit=0",
        "--color=false",
    ];
    args.extend(flags.map(str::to_owned));
    Command::new(&program, args, root)
}

/// Whether one of the folders of `PATH` has a file called `program`.
pub(crate) fn on_path(path: Option<&OsStr>, program: &str) -> bool {
    let folders = path.into_iter().flat_map(std::env::split_paths);
    folders
        .into_iter()
        .any(|folder| folder.join(program).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(package: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(PROJECT), package).unwrap();
        folder
    }

    fn programs(bundling: &Bundling) -> Vec<&str> {
        let programs = bundling.commands.iter();
        programs.map(|command| command.program.as_str()).collect()
    }

    #[test]
    fn a_project_without_packages_is_not_bundled() {
        let folder = project(r#"{"name": "a", "devDependencies": {"typescript": "5"}}"#);
        assert!(
            bundling(folder.path(), "main.ts", &|_| true)
                .unwrap()
                .is_none()
        );
        let none = tempfile::tempdir().unwrap();
        assert!(
            bundling(none.path(), "main.ts", &|_| true)
                .unwrap()
                .is_none()
        );
    }

    #[test]
    fn packages_are_installed_without_their_scripts_and_bundled_by_the_nearest_esbuild() {
        let folder = project(r#"{"dependencies": {"zod": "4"}}"#);
        let found = bundling(folder.path(), "main.ts", &|_| false)
            .unwrap()
            .unwrap();
        assert_eq!(programs(&found), ["npm", "npx"]);
        let install = &found.commands[0];
        assert_eq!(install.args[..2], ["install", "--ignore-scripts"]);
        assert!(found.commands[1].args.contains(&ESBUILD.to_owned()));
        let found = bundling(folder.path(), "main.ts", &|_| true)
            .unwrap()
            .unwrap();
        assert_eq!(programs(&found), ["npm", "esbuild"]);

        fs::write(folder.path().join(LOCK_FILE), "{}").unwrap();
        let modules = folder.path().join("node_modules");
        fs::create_dir_all(modules.join(".bin")).unwrap();
        fs::write(modules.join(".bin/esbuild"), "").unwrap();
        let found = bundling(folder.path(), "main.ts", &|_| true)
            .unwrap()
            .unwrap();
        assert_eq!(found.commands[0].args[0], "ci");
        assert!(
            found.commands[1]
                .program
                .ends_with("node_modules/.bin/esbuild")
        );
        fs::write(modules.join(".package-lock.json"), "{}").unwrap();
        let found = bundling(folder.path(), "main.ts", &|_| true)
            .unwrap()
            .unwrap();
        assert_eq!(found.commands.len(), 1);
    }

    #[test]
    fn a_project_file_that_is_not_json_is_an_error() {
        let folder = project("{");
        let error = bundling(folder.path(), "main.ts", &|_| true).unwrap_err();
        assert!(error.to_string().contains("package.json"), "{error}");
    }
}
