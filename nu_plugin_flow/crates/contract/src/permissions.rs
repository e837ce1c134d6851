//! What one run may reach. Nothing is granted that is not named here.

use std::path::{Path, PathBuf};

use miette::Diagnostic;
use thiserror::Error;

use crate::names::check_namespace;

/// Everything that is granted to an agent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Permissions {
    /// Directories, by the name under which the agent sees them.
    pub dirs: Vec<DirGrant>,
    /// Names of environment variables.
    pub env: Vec<String>,
    /// Hosts and ports, for TCP and outgoing HTTP.
    pub net: Vec<NetGrant>,
    /// Namespaces of the durable memory.
    pub memory: Vec<MemoryGrant>,
    /// Agents that may be called.
    pub agents: Vec<AgentGrant>,
}

/// One granted directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirGrant {
    /// Where it is on the host.
    pub host: PathBuf,
    /// The path by which the agent opens it: as it was written, without a
    /// leading `./`. Relative ones count from the guest's root.
    pub guest: String,
    /// Whether the agent may also create, change and delete.
    pub write: bool,
}

/// One granted network peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetGrant {
    /// A host name or an IP address, without brackets.
    pub host: String,
    /// The TCP port.
    pub port: u16,
}

/// One granted namespace of the durable memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemoryGrant {
    /// Its name.
    pub namespace: String,
    /// Whether the agent may also set and delete.
    pub write: bool,
}

/// One agent that may be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentGrant {
    /// The name under which the agent calls it.
    pub name: String,
    /// Its folder, file or name, as a person writes it.
    pub place: String,
    /// Where `place` is seen from.
    pub base: PathBuf,
}

/// A permission that does not parse.
#[derive(Debug, Error, Diagnostic, PartialEq, Eq)]
pub enum PermissionError {
    /// Not `path:ro` or `path:rw`.
    #[error("not a directory permission: `{text}`")]
    #[diagnostic(
        code(flow::permissions::dir),
        help("write the path and its access, such as `./data:ro` or `./out:rw`")
    )]
    Dir {
        /// What was written.
        text: String,
    },
    /// Not `host:port`.
    #[error("not a network permission: `{text}`")]
    #[diagnostic(
        code(flow::permissions::net),
        help("write one host and one port, such as `api.example.org:443` or `[::1]:8080`")
    )]
    Net {
        /// What was written.
        text: String,
    },
    /// Not `namespace`, `namespace:ro` or `namespace:rw`.
    #[error("not a memory permission: `{text}`")]
    #[diagnostic(
        code(flow::permissions::memory),
        help("write the namespace, and `:ro` where it is to be read only: `orders`, `orders:ro`")
    )]
    Memory {
        /// What was written.
        text: String,
    },
    /// Neither an agent nor `name=agent`.
    #[error("not a permission to call an agent: `{text}`")]
    #[diagnostic(
        code(flow::permissions::agents),
        help(
            "write the agent's name, or its folder or file: `tokenize`, `./tools/tokenize`, `words=./tools/tokenize`"
        )
    )]
    Agent {
        /// What was written.
        text: String,
    },
    /// Not the name of an environment variable.
    #[error("not the name of an environment variable: `{text}`")]
    #[diagnostic(
        code(flow::permissions::env),
        help("write the name alone, such as `LANG`; its value comes from Nushell's environment")
    )]
    Env {
        /// What was written.
        text: String,
    },
}

impl DirGrant {
    /// Reads `path:ro` or `path:rw`; a relative path is taken from `base`.
    /// Whether the directory is there is found out when a run begins.
    pub fn parse(text: &str, base: &Path) -> Result<Self, PermissionError> {
        let error = || PermissionError::Dir { text: text.into() };
        let (path, access) = text.rsplit_once(':').ok_or_else(error)?;
        let write = match access {
            "ro" => false,
            "rw" => true,
            _ => return Err(error()),
        };
        if path.is_empty() {
            return Err(error());
        }
        let guest = path.trim_end_matches('/').trim_start_matches("./");
        let guest = match guest {
            "" if path.starts_with('/') => "/",
            "" => ".",
            other => other,
        };
        Ok(Self {
            host: base.join(path),
            guest: guest.to_owned(),
            write,
        })
    }
}

impl NetGrant {
    /// Reads `host:port`, with an IPv6 address in brackets.
    pub fn parse(text: &str) -> Result<Self, PermissionError> {
        let error = || PermissionError::Net { text: text.into() };
        let (host, port) = text.rsplit_once(':').ok_or_else(error)?;
        let port = port.parse().map_err(|_| error())?;
        let bracketed = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
        let host = match bracketed {
            Some(address) => address
                .parse::<std::net::Ipv6Addr>()
                .map_err(|_| error())?
                .to_string(),
            None => host.to_lowercase(),
        };
        let name = bracketed.is_some()
            || host
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
        if host.is_empty() || !name || port == 0 {
            return Err(error());
        }
        Ok(Self { host, port })
    }
}

impl MemoryGrant {
    /// Reads `namespace`, `namespace:rw` (the same) or `namespace:ro`.
    pub fn parse(text: &str) -> Result<Self, PermissionError> {
        let (namespace, write) = match text.rsplit_once(':') {
            None => (text, true),
            Some((namespace, "rw")) => (namespace, true),
            Some((namespace, "ro")) => (namespace, false),
            Some(_) => return Err(PermissionError::Memory { text: text.into() }),
        };
        if check_namespace(namespace).is_err() {
            return Err(PermissionError::Memory { text: text.into() });
        }
        Ok(Self {
            namespace: namespace.to_owned(),
            write,
        })
    }
}

impl AgentGrant {
    /// Reads the name, folder or file of an agent, seen from `base`, or `name=` and
    /// one of these. Whether it is there is found out when a run begins.
    pub fn parse(text: &str, base: &Path) -> Result<Self, PermissionError> {
        let (name, place) = match text.split_once('=') {
            Some((name, place)) => (Some(name), place),
            None => (None, text),
        };
        let last = Path::new(place).file_stem();
        let name = name.or_else(|| last.and_then(|last| last.to_str()));
        match name {
            Some(name) if !name.trim().is_empty() && !place.trim().is_empty() => Ok(Self {
                name: name.to_owned(),
                place: place.to_owned(),
                base: base.to_owned(),
            }),
            _ => Err(PermissionError::Agent { text: text.into() }),
        }
    }
}

/// Checks the name of an environment variable.
pub fn parse_env(text: &str) -> Result<String, PermissionError> {
    if text.is_empty() || text.contains(['=', '\0']) {
        return Err(PermissionError::Env { text: text.into() });
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_seen_under_the_name_it_was_written_with() {
        let base = Path::new("/project");
        let grant = |text| DirGrant::parse(text, base);
        assert_eq!(
            grant("./data:ro"),
            Ok(DirGrant {
                host: "/project/./data".into(),
                guest: "data".into(),
                write: false
            })
        );
        assert_eq!(
            grant("/srv/data/:rw").map(|g| g.guest),
            Ok("/srv/data".into())
        );
        assert_eq!(grant("/srv:rw").map(|g| g.host), Ok("/srv".into()));
        assert_eq!(grant(".:rw").map(|g| g.guest), Ok(".".into()));
        assert_eq!(grant("/:ro").map(|g| g.guest), Ok("/".into()));
        for bad in ["", "./data", ":ro", "./data:rx", "./data:"] {
            assert!(grant(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_peer_is_one_host_and_one_port() {
        let grant = |text| NetGrant::parse(text).map(|g| (g.host, g.port));
        assert_eq!(
            grant("API.example.org:443"),
            Ok(("api.example.org".into(), 443))
        );
        assert_eq!(grant("[::1]:80"), Ok(("::1".into(), 80)));
        for bad in [
            "",
            "host",
            "host:",
            ":80",
            "host:0",
            "host:99999",
            "*:80",
            "[nope]:1",
            "a b:1",
        ] {
            assert!(grant(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_namespace_can_be_written_unless_it_says_otherwise() {
        let grant = |text| MemoryGrant::parse(text).map(|g| (g.namespace, g.write));
        assert_eq!(grant("orders"), Ok(("orders".into(), true)));
        assert_eq!(grant("orders:rw"), Ok(("orders".into(), true)));
        assert_eq!(grant("shop/orders:ro"), Ok(("shop/orders".into(), false)));
        for bad in ["", ":ro", "orders:wo", "two words"] {
            assert!(grant(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_agent_is_called_by_its_name_or_by_another() {
        let base = Path::new("/project");
        let grant = |text| AgentGrant::parse(text, base).map(|g| (g.name, g.place));
        assert_eq!(grant("words"), Ok(("words".into(), "words".into())));
        assert_eq!(
            grant("./tools/words.py"),
            Ok(("words".into(), "./tools/words.py".into()))
        );
        assert_eq!(
            grant("count=./tools/words"),
            Ok(("count".into(), "./tools/words".into()))
        );
        for bad in ["", "=words", "words=", "/", " "] {
            assert!(grant(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_variable_is_a_name_without_a_value() {
        assert!(parse_env("LANG").is_ok());
        assert!(parse_env("LANG=C").is_err());
        assert!(parse_env("").is_err());
    }
}
