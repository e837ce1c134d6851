//! What a module says about itself, read without starting Go.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    languages::facts::GO_MODULE,
    plan_error::PlanError,
    scaffold::embedded,
    template_file::{TemplateFile, digest},
};

/// The folders that the module at `root` is made of: its own, and those that its
/// `go.mod` puts in the place of other modules.
pub(super) fn folders(root: &Path) -> Result<Vec<PathBuf>, PlanError> {
    let path = root.join(GO_MODULE);
    let text = fs::read_to_string(&path).map_err(|error| PlanError::project(&path, error))?;
    let mut folders = BTreeSet::from([root.to_owned()]);
    let replaced = replacements(&text)
        .into_iter()
        .filter_map(|folder| fs::canonicalize(root.join(folder)).ok())
        .filter(|folder| !folder.starts_with(root));
    folders.extend(replaced);
    Ok(folders.into_iter().collect())
}

/// The folders behind the arrows of `replace`: `replace flow => ./.flow/sdk/go`,
/// alone or in a block.
fn replacements(text: &str) -> Vec<String> {
    let lines = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default());
    let places = lines.filter_map(|line| line.split_once("=>").map(|(_, place)| place.trim()));
    let is_folder = |place: &&str| {
        ["./", "../", "/"]
            .iter()
            .any(|sign| place.starts_with(sign))
    };
    places
        .map(|place| place.trim_matches(['"', '`']))
        .filter(is_folder)
        .map(str::to_owned)
        .collect()
}

/// A module in `folder` around the file at `source`, which belongs to none: with
/// the SDK and nothing else.
pub(super) fn around(source: &Path, folder: &Path) -> Result<Vec<TemplateFile>, PlanError> {
    let text = fs::read(source).map_err(|error| PlanError::project(source, error))?;
    let name = source.file_name().unwrap_or_default();
    let module = "module agent\n\ngo 1.24\n\nrequire flow v0.0.0\n\nreplace flow => ./sdk/go\n";
    let sdk = embedded::go_sdk().into_iter();
    let mut files: Vec<TemplateFile> = sdk
        .map(|(path, contents)| (folder.join("sdk").join(path), contents))
        .collect();
    files.push((folder.join(GO_MODULE), module.as_bytes().to_vec()));
    files.push((folder.join(name), text));
    Ok(files)
}

/// Tells one SDK from another.
pub(super) fn sdk_digest() -> String {
    digest(&mut embedded::go_sdk()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_that_stand_for_modules_are_inputs() {
        let folder = tempfile::tempdir().unwrap();
        let base = fs::canonicalize(folder.path()).unwrap();
        let root = base.join("agent");
        for folder in ["agent/.flow/sdk/go", "shared", "other"] {
            fs::create_dir_all(base.join(folder)).unwrap();
        }
        let module = "module a\n\nreplace flow => ./.flow/sdk/go\n\nreplace (\n\tshared v1.0.0 => ../shared // ours\n\tgone => ../gone\n\tfork => example.org/fork v1.2.3\n)\n// replace x => ../other\n";
        fs::write(root.join(GO_MODULE), module).unwrap();
        assert_eq!(folders(&root).unwrap(), [root.clone(), base.join("shared")]);
        assert!(folders(&base).is_err());
    }
}
