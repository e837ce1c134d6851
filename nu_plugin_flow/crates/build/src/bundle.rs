//! The artifact of a Python agent: one file that says all that it takes to run
//! it, except the packages' own files, which it names by their digests.
//!
//! It is JSON text and the same for the same sources, so that its digest says
//! whether two agents are one.

use std::{fs, io, path::Path};

use base64::{Engine, engine::general_purpose::STANDARD};
use flow_cache::Digest;
use miette::Diagnostic;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The extension of a bundle's file name.
pub const EXTENSION: &str = "bundle";

/// The version of the format that this flow writes and reads.
pub const SCHEMA: u32 = 1;

/// A bundle as it is in its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// [`SCHEMA`]. The first key, so that it can be told from other JSON at a glance.
    pub flow_bundle: u32,
    /// The language, such as `python`.
    pub language: String,
    /// The agent's name.
    pub name: String,
    /// How it is run.
    pub kind: Kind,
    /// Whether its `handle` is asynchronous.
    pub asynchronous: bool,
    /// The path of the source that it begins with.
    pub entry: String,
    /// What runs it.
    pub toolchain: Toolchain,
    /// What to import before it is started, without its own modules: `os.path`,
    /// or `module:name` for a name from a module. What is not there is no error
    /// yet.
    pub imports: Vec<String>,
    /// The key of the unpacked packages in the cache (`Bucket::Environments`);
    /// nothing where it has none.
    pub environment: Option<Digest>,
    /// Its packages, by name.
    pub packages: Vec<Package>,
    /// Its files, by path.
    pub sources: Vec<Source>,
}

/// How a bundle is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Its `handle` is called with each record.
    Handler,
    /// It is a program with standard streams.
    Command,
}

/// The interpreter and version that a bundle was made for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Toolchain {
    /// Such as `pyodide`.
    pub name: String,
    /// Such as `314.0.7`.
    pub version: String,
}

/// One package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Normalised: `pydantic-core`.
    pub name: String,
    /// Such as `2.50.4`.
    pub version: String,
    /// The file name of its wheel.
    pub wheel: String,
    /// The wheel's digest, by which it is in the cache.
    pub sha256: Digest,
    /// Where the wheel was fetched from: a URL, or an absolute path.
    pub place: String,
}

/// One file of the agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Relative to the agent's folder, with `/`.
    pub path: String,
    /// The digest of its content.
    pub sha256: Digest,
    /// The content.
    #[serde(flatten)]
    pub content: Content,
}

/// The content of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Content {
    /// UTF-8.
    Text(String),
    /// Anything else.
    Base64(String),
}

/// A file that is no bundle, or one that cannot be run.
#[derive(Debug, Error, Diagnostic)]
pub enum BundleError {
    /// The file cannot be read.
    #[error("cannot read the bundle: `{path}`")]
    #[diagnostic(code(flow::bundle::read), help("make the file readable"))]
    Read {
        /// The file.
        path: String,
        /// The operating system's answer.
        #[source]
        source: io::Error,
    },
    /// It is something else, or damaged.
    #[error("not a bundle of flow: `{path}`: {reason}")]
    #[diagnostic(
        code(flow::bundle::invalid),
        help("build the agent again with `flow build`")
    )]
    Invalid {
        /// The file.
        path: String,
        /// What is wrong.
        reason: String,
    },
}

impl Source {
    /// A file with its digest.
    pub fn new(path: String, bytes: Vec<u8>) -> Source {
        Source {
            path,
            sha256: Digest::of(&bytes),
            content: match String::from_utf8(bytes) {
                Ok(text) => Content::Text(text),
                Err(error) => Content::Base64(STANDARD.encode(error.as_bytes())),
            },
        }
    }

    /// The content, where it has its digest.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        let bytes = match &self.content {
            Content::Text(text) => text.clone().into_bytes(),
            Content::Base64(text) => STANDARD.decode(text).ok()?,
        };
        (Digest::of(&bytes) == self.sha256).then_some(bytes)
    }
}

impl Bundle {
    /// Whether a file that begins with `bytes` says of itself that it is a bundle.
    pub fn is(bytes: &[u8]) -> bool {
        bytes.starts_with(b"{\"flow_bundle\":")
    }

    /// The text of the file.
    pub fn text(&self) -> Result<String, BundleError> {
        serde_json::to_string(self).map_err(|error| BundleError::Invalid {
            path: self.name.clone(),
            reason: error.to_string(),
        })
    }

    /// Reads and checks the file at `path`.
    ///
    /// # Errors
    /// It cannot be read, is no bundle of this version, or was damaged.
    pub fn read(path: &Path) -> Result<Bundle, BundleError> {
        let place = || path.display().to_string();
        let bytes = fs::read(path).map_err(|source| BundleError::Read {
            path: place(),
            source,
        })?;
        Bundle::parse(&bytes).map_err(|reason| BundleError::Invalid {
            path: place(),
            reason,
        })
    }

    /// Reads and checks the content of a file.
    ///
    /// # Errors
    /// Why it is no bundle, as the end of a sentence.
    pub fn parse(bytes: &[u8]) -> Result<Bundle, String> {
        #[derive(Deserialize)]
        struct Version {
            flow_bundle: u32,
        }
        let invalid = |error: serde_json::Error| error.to_string();
        let version: Version = serde_json::from_slice(bytes).map_err(invalid)?;
        if version.flow_bundle != SCHEMA {
            return Err(format!(
                "it has version {}, and version {SCHEMA} is understood",
                version.flow_bundle
            ));
        }
        let bundle: Bundle = serde_json::from_slice(bytes).map_err(invalid)?;
        match bundle.sources.iter().find(|source| !source.is_sound()) {
            Some(source) => Err(format!("`{}` is damaged", source.path)),
            None if bundle.source(&bundle.entry).is_none() => {
                Err(format!("`{}` is not in it", bundle.entry))
            }
            None => Ok(bundle),
        }
    }

    /// The paths and contents of all sources. Those of a bundle that was read
    /// have their digests.
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        let file = |source: &Source| Some((source.path.clone(), source.bytes()?));
        self.sources.iter().filter_map(file).collect()
    }

    /// The file at `path`, relative to the agent's folder.
    pub fn source(&self, path: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.path == path)
    }
}

impl Source {
    /// Whether it has its digest, and a path that stays in the agent's folder.
    fn is_sound(&self) -> bool {
        let plain = |part: &str| !part.is_empty() && part != "." && part != "..";
        self.path.split('/').all(plain)
            && !self.path.contains(['\\', '\0'])
            && self.bytes().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle() -> Bundle {
        let digest = Digest::of(b"wheel");
        Bundle {
            flow_bundle: SCHEMA,
            language: "python".to_owned(),
            name: "score".to_owned(),
            kind: Kind::Handler,
            asynchronous: false,
            entry: "main.py".to_owned(),
            toolchain: Toolchain {
                name: "pyodide".to_owned(),
                version: "314.0.7".to_owned(),
            },
            imports: vec!["json".to_owned()],
            environment: Some(digest),
            packages: vec![Package {
                name: "six".to_owned(),
                version: "1".to_owned(),
                wheel: "six-1-py3-none-any.whl".to_owned(),
                sha256: digest,
                place: "https://wheels.example/six-1-py3-none-any.whl".to_owned(),
            }],
            sources: vec![
                Source::new("main.py".to_owned(), b"x = 'Zo\xc3\xab'\n".to_vec()),
                Source::new("data/raw".to_owned(), vec![0, 255, 1]),
            ],
        }
    }

    #[test]
    fn a_bundle_is_text_that_says_what_it_is() {
        let text = bundle().text().unwrap();
        assert!(Bundle::is(text.as_bytes()));
        insta::assert_snapshot!(text);
        let back = Bundle::parse(text.as_bytes()).unwrap();
        assert_eq!(back, bundle());
        assert_eq!(
            back.source("data/raw").unwrap().bytes().unwrap(),
            [0, 255, 1]
        );
    }

    #[test]
    fn what_is_no_bundle_or_was_damaged_is_refused() {
        let text = bundle().text().unwrap();
        let reports = [
            text.replace("Zoë", "Zoe"),
            text.replace("AP8B", "AP8C"),
            text.replace("\"main.py\",\"sha256\"", "\"../main.py\",\"sha256\""),
            text.replace("\"entry\":\"main.py\"", "\"entry\":\"other.py\""),
            text.replace("\"flow_bundle\":1", "\"flow_bundle\":2"),
            text.get(..text.len() / 2).unwrap().to_owned(),
            "{}".to_owned(),
        ]
        .map(|text| Bundle::parse(text.as_bytes()).unwrap_err());
        insta::assert_snapshot!(reports.join("\n"));
        assert!(!Bundle::is(b"\0asm") && !Bundle::is(b"{\"a\":1}"));
    }
}
