//! Which templates there are, and what they consist of.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use flow_pins::pins;
use jsonc_parser::ParseOptions;
use jsonc_parser::cst::{CstInputValue, CstObject, CstRootNode};
use serde::Deserialize;
use serde_json::Value;

use crate::devbox::{plugin_entry, plugin_folder};
use crate::digest::digest;
use crate::embedded::{Embedded, PARTS, TEMPLATES};

/// A template as it is in the plugin.
#[derive(Debug)]
pub struct Template {
    /// Its name, which is that of a language.
    pub name: &'static str,
    /// What it is for, in one line.
    pub description: String,
    /// The languages that it serves, itself among them.
    pub languages: Vec<String>,
    /// Command lines that succeed in a devcontainer that can build.
    pub verify: Vec<String>,
    /// What can be added to it, by name.
    pub parts: Vec<Part>,
    /// Its Devbox plugin without parts, as text.
    pub plugin: &'static str,
    /// Its devcontainer without parts, as text.
    pub devcontainer: &'static str,
}

/// A tool, or a few, that a template can take along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its name, such as `tests`.
    pub name: String,
    /// What it is for.
    pub purpose: String,
    /// Packages for Devbox, with their versions.
    pub packages: Vec<String>,
    /// The command line that installs it in the devcontainer, where there is one.
    pub container: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    description: String,
    languages: Vec<String>,
    verify: Vec<String>,
    #[serde(default)]
    part: BTreeMap<String, WrittenPart>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPart {
    #[serde(rename = "for")]
    purpose: String,
    packages: Vec<String>,
    container: Option<String>,
}

/// Every template, by name.
pub fn all() -> &'static [Template] {
    // A test holds that none is left out because it cannot be read.
    static ALL: LazyLock<Vec<Template>> = LazyLock::new(|| {
        TEMPLATES
            .iter()
            .filter_map(|embedded| read(embedded).ok())
            .collect()
    });
    &ALL
}

/// The template of that name, or for the language of that name.
pub fn named(name: &str) -> Option<&'static Template> {
    let serves = |template: &&Template| template.languages.iter().any(|language| language == name);
    all().iter().find(serves)
}

fn read(embedded: &Embedded) -> Result<Template, toml::de::Error> {
    let written: Written = toml::from_str(embedded.template)?;
    let mut parts: BTreeMap<String, WrittenPart> = toml::from_str(PARTS)?;
    parts.extend(written.part);
    Ok(Template {
        name: embedded.name,
        description: written.description,
        languages: written.languages,
        verify: written.verify,
        parts: parts.into_iter().map(part).collect(),
        plugin: embedded.plugin,
        devcontainer: embedded.devcontainer,
    })
}

fn part((name, written): (String, WrittenPart)) -> Part {
    let versioned = |package: String| match pins().devbox.get(&package) {
        Some(version) => format!("{package}@{version}"),
        None => package,
    };
    Part {
        name,
        purpose: written.purpose,
        packages: written.packages.into_iter().map(versioned).collect(),
        container: written.container.map(|command| with_pins(&command)),
    }
}

/// The command with `{{package}}` replaced by the package's pin.
fn with_pins(command: &str) -> String {
    let mut pieces = command.split("{{");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once("}}") {
            Some((name, rest)) => {
                text.push_str(pins().version(name).unwrap_or("latest"));
                text.push_str(rest);
            }
            None => text.push_str(piece),
        }
    }
    text
}

impl Template {
    /// The part of that name.
    pub fn part(&self, name: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.name == name)
    }

    /// The files that it adds to a project, as paths with `/` and texts.
    pub fn files(&self, parts: &[&Part]) -> Vec<(String, String)> {
        vec![
            (
                format!("{}/plugin.json", plugin_folder(self.name)),
                self.plugin_with(parts),
            ),
            (
                format!(".devcontainer/flow-{}/devcontainer.json", self.name),
                self.devcontainer_with(parts),
            ),
        ]
    }

    /// What Devbox is told to include.
    pub fn include(&self) -> String {
        plugin_entry(self.name)
    }

    /// The packages for Devbox that it always brings.
    pub fn packages(&self) -> Vec<String> {
        let texts = |value: &Value| value.as_str().map(str::to_owned);
        let packages = |plugin: Value| {
            plugin
                .get("packages")
                .and_then(Value::as_array)
                .map(|packages| packages.iter().filter_map(texts).collect())
        };
        let plugin = serde_json::from_str(self.plugin).ok();
        plugin.and_then(packages).unwrap_or_default()
    }

    /// The variables that its Devbox plugin sets.
    pub fn environment(&self) -> BTreeMap<String, String> {
        #[derive(Default, Deserialize)]
        struct Plugin {
            #[serde(default)]
            env: BTreeMap<String, String>,
        }
        let plugin: Option<Plugin> = serde_json::from_str(self.plugin).ok();
        plugin.unwrap_or_default().env
    }

    /// The image of its devcontainer.
    pub fn image(&self) -> String {
        #[derive(Default, Deserialize)]
        struct Devcontainer {
            #[serde(default)]
            image: String,
        }
        let devcontainer: Option<Devcontainer> = serde_json::from_str(self.devcontainer).ok();
        devcontainer.unwrap_or_default().image
    }

    fn plugin_with(&self, parts: &[&Part]) -> String {
        edit(self.plugin, |plugin| {
            let packages = plugin.array_value_or_set("packages");
            for package in parts.iter().flat_map(|part| &part.packages) {
                let there = packages.elements().iter().any(|element| {
                    let text = element
                        .as_string_lit()
                        .and_then(|text| text.decoded_value().ok());
                    text.as_ref() == Some(package)
                });
                if !there {
                    packages.append(CstInputValue::String(package.clone()));
                }
            }
        })
    }

    fn devcontainer_with(&self, parts: &[&Part]) -> String {
        let commands = parts
            .iter()
            .filter_map(|part| Some((&part.name, part.container.as_ref()?)));
        let commands: Vec<_> = commands.collect();
        if commands.is_empty() {
            return self.devcontainer.to_owned();
        }
        edit(self.devcontainer, |devcontainer| {
            let hooks = devcontainer.object_value_or_set("postCreateCommand");
            for (name, command) in commands {
                hooks.append(name, CstInputValue::String(command.clone()));
            }
        })
    }

    /// Says which state of the template this is.
    pub fn digest(&self) -> String {
        digest(&format!("{}\0{}", self.plugin, self.devcontainer))
    }
}

/// The text of a JSON object after `change`; unchanged where it is none, of which a test holds that
/// it does not happen to our own.
fn edit(text: &str, change: impl FnOnce(&CstObject)) -> String {
    let Ok(root) = CstRootNode::parse(text, &ParseOptions::default()) else {
        return text.to_owned();
    };
    if let Some(object) = root.object_value() {
        change(&object);
    }
    root.to_string()
}

#[cfg(test)]
mod tests;
