//! The files that travel in the plugin, from `devbox-templates`, where they can be read and used
//! without it. A test holds that none is forgotten here.

/// The files of one template as text.
pub(crate) struct Embedded {
    pub(crate) name: &'static str,
    pub(crate) template: &'static str,
    pub(crate) plugin: &'static str,
    pub(crate) devcontainer: &'static str,
}

macro_rules! text {
    ($path:expr) => {
        include_str!(concat!("../../../../devbox-templates/", $path))
    };
}

macro_rules! embed {
    ($name:literal) => {
        Embedded {
            name: $name,
            template: text!(concat!($name, "/template.toml")),
            plugin: text!(concat!($name, "/plugin.json")),
            devcontainer: text!(concat!($name, "/devcontainer.json")),
        }
    };
}

/// By name.
pub(crate) const TEMPLATES: &[Embedded] = &[
    embed!("go"),
    embed!("nushell"),
    embed!("python"),
    embed!("rust"),
    embed!("typescript"),
];

/// The parts of every template.
pub(crate) const PARTS: &str = text!("parts.toml");

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_template_is_embedded() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../devbox-templates");
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            if entry.path().is_dir() {
                let files = fs::read_dir(entry.path()).unwrap().count();
                assert_eq!(files, 3, "a file of {entry:?} is not embedded");
                found.push(entry.file_name().into_string().unwrap());
            }
        }
        found.sort();
        let embedded: Vec<_> = TEMPLATES.iter().map(|template| template.name).collect();
        assert_eq!(embedded, found);
    }
}
