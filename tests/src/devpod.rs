//! The DevPod of a case: the double in `devpod-double/`, or a real one.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::tools::{find, root};

/// A DevPod, or the lack of one.
pub struct DevPod {
    /// Where it is; nothing where there is no real one.
    pub program: Option<PathBuf>,
    is_double: bool,
}

impl DevPod {
    /// The double.
    pub fn double() -> DevPod {
        DevPod {
            program: Some(root().join("tests/devpod-double/devpod")),
            is_double: true,
        }
    }

    /// The real one that `FLOW_TEST_DEVPOD` names, else the one on the search path. It has to have a
    /// usable default provider, and the image that `FLOW_TEST_IMAGE` names.
    pub fn real() -> DevPod {
        let named = std::env::var_os("FLOW_TEST_DEVPOD").map(PathBuf::from);
        DevPod {
            program: named.or_else(|| find("devpod")),
            is_double: false,
        }
    }

    /// Has `command` use it. The double keeps its state in `work`, a real one where it has its own.
    pub fn equip(&self, command: &mut Command, work: &Path) {
        let Some(program) = &self.program else {
            return;
        };
        let own = std::env::home_dir().map(|home| home.join(".devpod"));
        let own = std::env::var_os("DEVPOD_HOME").map(PathBuf::from).or(own);
        let home = match own {
            Some(own) if !self.is_double => own,
            _ => work.join(".devpod"),
        };
        command.env("FLOW_DEVPOD", program).env("DEVPOD_HOME", home);
        for name in ["FLOW_TEST_IMAGE", "DOCKER_HOST"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
    }
}
