//! The pins of `wasm-toolchains/versions.toml`: which tools flow builds with, in which versions, and
//! what installs them. Nothing else repeats them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

const TEXT: &str = include_str!("../../../../wasm-toolchains/versions.toml");

/// All pins.
#[derive(Debug, Default, Deserialize)]
pub struct Pins {
    /// What builds Rust agents.
    pub rust: Rust,
    /// What builds Go agents.
    pub go: Go,
    /// What runs Python agents.
    pub python: Python,
    /// What runs agents in other languages.
    #[serde(rename = "engine")]
    pub engines: Vec<Engine>,
    /// Versions of nixpkgs packages for Devbox, by name.
    pub devbox: BTreeMap<String, String>,
    /// Images of the devcontainers, by template.
    pub image: BTreeMap<String, String>,
    /// Versions that devcontainers install with their language's package manager, by package.
    pub container: BTreeMap<String, String>,
}

/// What builds Rust agents.
#[derive(Debug, Default, Deserialize)]
pub struct Rust {
    /// The oldest compiler that does.
    pub rustc: String,
    /// Targets of the compiler.
    #[serde(rename = "target")]
    pub targets: Vec<Target>,
    /// Programs beside it.
    #[serde(rename = "tool")]
    pub tools: Vec<Tool>,
}

/// What builds Go agents.
#[derive(Debug, Default, Deserialize)]
pub struct Go {
    /// The oldest compiler that does.
    pub oldest: String,
    /// The oldest TinyGo that does.
    pub oldest_tinygo: String,
    /// The compiler that the tests run.
    pub tested: String,
    /// What it is needed for.
    #[serde(rename = "for")]
    pub purpose: String,
    /// The command that installs it.
    pub install: String,
}

/// What runs Python agents.
#[derive(Debug, Default, Deserialize)]
pub struct Python {
    /// The version of the npm package.
    pub pyodide: String,
    /// What it is needed for.
    #[serde(rename = "for")]
    pub purpose: String,
    /// The command that installs it.
    pub install: String,
}

/// An interpreter compiled to WebAssembly.
#[derive(Debug, Default, Deserialize)]
pub struct Engine {
    /// Its language: `javascript`.
    pub name: String,
    /// The version of the language's implementation.
    pub version: Option<String>,
    /// What it is needed for.
    #[serde(rename = "for")]
    pub purpose: String,
    /// The command that installs it.
    pub install: String,
}

/// A target of the Rust compiler.
#[derive(Debug, Default, Deserialize)]
pub struct Target {
    /// Such as `wasm32-wasip2`.
    pub name: String,
    /// What it is needed for.
    #[serde(rename = "for")]
    pub purpose: String,
    /// The command that installs it.
    pub install: String,
}

/// A program that cargo installs.
#[derive(Debug, Default, Deserialize)]
pub struct Tool {
    /// The package, such as `wasm-pack`.
    pub name: String,
    /// Its pin.
    pub version: String,
    /// What it is needed for.
    #[serde(rename = "for")]
    pub purpose: String,
    /// The command that installs it.
    pub install: String,
}

/// The pins that this flow was built with.
pub fn pins() -> &'static Pins {
    // A test holds that the text can be read.
    static PINS: LazyLock<Pins> = LazyLock::new(|| toml::from_str(TEXT).unwrap_or_default());
    &PINS
}

impl Pins {
    /// The version of a package that devcontainers install, or of a tool for Rust.
    pub fn version(&self, name: &str) -> Option<&str> {
        let tool = || self.rust.tools.iter().find(|tool| tool.name == name);
        let pinned = self.container.get(name).map(String::as_str);
        pinned.or_else(|| tool().map(|tool| tool.version.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pins_can_be_read() {
        let read: Result<Pins, _> = toml::from_str(TEXT);
        assert!(read.is_ok(), "{}", read.unwrap_err());
        assert!(!pins().devbox.is_empty());
    }

    #[test]
    fn what_installs_a_tool_names_its_pin() {
        for tool in &pins().rust.tools {
            assert!(tool.install.contains(&tool.version), "{}", tool.install);
            assert_eq!(pins().version(&tool.name), Some(tool.version.as_str()));
        }
        assert_eq!(
            pins().version("uv"),
            pins().container.get("uv").map(String::as_str)
        );
        assert_eq!(pins().version("no-such-tool"), None);
    }
}
