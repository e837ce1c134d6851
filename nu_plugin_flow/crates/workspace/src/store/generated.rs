//! What tools make beside the sources and can make again: it is not copied, and not missed.

use std::path::Path;

/// Files that package managers write beside the sources, wherever a template has none.
const GENERATED: [&str; 4] = ["Cargo.lock", "go.sum", "package-lock.json", "uv.lock"];

/// Whether the folder at `path` is one that a tool fills. A folder of the user's that is only called
/// like one, such as `target` in a project without Cargo, is none.
pub(super) fn is_made_folder(path: &Path) -> bool {
    let beside = |name: &str| path.with_file_name(name).is_file();
    match path.file_name().and_then(|name| name.to_str()) {
        Some("target") => beside("Cargo.toml"),
        Some("node_modules") => beside("package.json"),
        Some(".venv") => path.join("pyvenv.cfg").is_file(),
        Some("__pycache__") => true,
        Some("build") => path.ends_with(".flow/build"),
        _ => false,
    }
}

/// Whether a file that was not provisioned is one that a tool wrote.
pub(super) fn is_made_file(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| GENERATED.contains(&name))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_folder_is_made_where_its_tool_is_at_home() {
        let root = tempfile::tempdir().unwrap();
        let at = |path: &str| root.path().join(path);
        for folder in [
            "rust/target",
            "notes/target",
            "web/node_modules",
            "python/.venv",
            "mine/.venv",
            ".flow/build",
            "build",
        ] {
            fs::create_dir_all(at(folder)).unwrap();
        }
        for file in [
            "rust/Cargo.toml",
            "web/package.json",
            "python/.venv/pyvenv.cfg",
        ] {
            fs::write(at(file), "").unwrap();
        }
        for made in [
            "rust/target",
            "web/node_modules",
            "python/.venv",
            "any/__pycache__",
            ".flow/build",
        ] {
            assert!(is_made_folder(&at(made)), "{made}");
        }
        for own in ["notes/target", "mine/.venv", "build", "src"] {
            assert!(!is_made_folder(&at(own)), "{own}");
        }
    }
}
