//! What one run may reach. Nothing is granted that is not named here.

use std::path::{Path, PathBuf};

use miette::Diagnostic;
use thiserror::Error;

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
    pub memory: Vec<String>,
    /// Agents that may be called.
    pub agents: Vec<String>,
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
    fn a_variable_is_a_name_without_a_value() {
        assert!(parse_env("LANG").is_ok());
        assert!(parse_env("LANG=C").is_err());
        assert!(parse_env("").is_err());
    }
}
