//! The packages of the repository, as their manifests describe them.

use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// One package of one workspace. Paths count from the root of the repository.
pub struct Package {
    /// Its name.
    pub name: String,
    /// The folder of its manifest.
    pub folder: PathBuf,
    /// The names of the crates that it imports, without those of its tests only.
    pub dependencies: Vec<String>,
    /// The files that a crate begins with: library, programs, tests, examples.
    pub roots: Vec<PathBuf>,
}

/// The package that the file `manifest` below `root` describes; none where it is of a workspace
/// only.
///
/// # Panics
///
/// Panics where the manifest cannot be read.
pub fn packages(root: &Path, manifest: &Path) -> Option<Package> {
    let text = fs::read_to_string(root.join(manifest)).expect("a manifest");
    let table: Table = text.parse().expect("a manifest in TOML");
    let name = table.get("package")?.get("name")?.as_str()?.to_owned();
    let folder = manifest.parent().unwrap_or(Path::new("")).to_owned();
    Some(Package {
        name,
        dependencies: dependencies(&table),
        roots: roots(root, &folder, &table),
        folder,
    })
}

fn dependencies(table: &Table) -> Vec<String> {
    let targets = table.get("target").and_then(Value::as_table);
    let targets = targets.into_iter().flat_map(Table::values);
    let tables = targets.filter_map(Value::as_table).chain([table]);
    let kinds = tables.flat_map(|table| {
        ["dependencies", "build-dependencies"]
            .into_iter()
            .filter_map(|kind| table.get(kind)?.as_table())
    });
    kinds
        .flat_map(|dependencies| {
            dependencies.iter().map(|(name, value)| {
                let renamed = value.get("package").and_then(Value::as_str);
                renamed.unwrap_or(name).to_owned()
            })
        })
        .collect()
}

/// The files that cargo finds by itself, and those that the manifest names.
fn roots(root: &Path, folder: &Path, table: &Table) -> Vec<PathBuf> {
    let mut roots: Vec<PathBuf> = ["src/lib.rs", "src/main.rs", "build.rs"]
        .map(|file| folder.join(file))
        .into();
    for place in ["src/bin", "tests", "examples", "benches"] {
        let place = folder.join(place);
        let entries = fs::read_dir(root.join(&place)).into_iter().flatten();
        for entry in entries.flatten() {
            let path = place.join(entry.file_name());
            match path.extension() {
                Some(extension) if extension == "rs" => roots.push(path),
                _ => roots.push(path.join("main.rs")),
            }
        }
    }
    for kind in ["lib", "bin", "test", "example", "bench"] {
        let targets = match table.get(kind) {
            Some(Value::Array(targets)) => targets.as_slice(),
            Some(single) => std::slice::from_ref(single),
            None => &[],
        };
        let paths = targets
            .iter()
            .filter_map(|target| target.get("path")?.as_str());
        roots.extend(paths.map(|path| folder.join(path)));
    }
    roots.sort();
    roots.dedup();
    roots.retain(|file| root.join(file).is_file());
    roots
}
