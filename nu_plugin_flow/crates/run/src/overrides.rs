//! What a person limits and grants, over what an agent's manifest says.

use flow_build::manifest::LimitOverrides;
use flow_contract::{Limits, Permissions};

/// What a person limits and grants, over what the agent's manifest says.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// Limits in the place of the manifest's.
    pub limits: LimitOverrides,
    /// Permissions beside the manifest's.
    pub permissions: Permissions,
}

impl Overrides {
    /// Whether fuel has to be counted, under a manifest's `limits`.
    #[must_use]
    pub fn counts_fuel(&self, limits: &LimitOverrides) -> bool {
        self.limits.fuel.is_some() || limits.fuel.is_some()
    }

    /// The limits of a run, over those of `manifest`. A command has no timeout where none is
    /// given, since it lives as long as its input.
    pub(crate) fn limits(&self, manifest: &LimitOverrides, is_command: bool) -> Limits {
        let mut limits = Limits::default();
        if is_command {
            limits.timeout = None;
        }
        manifest.apply(&mut limits);
        self.limits.apply(&mut limits);
        limits
    }

    /// The permissions of a run, beside those of a manifest.
    pub(crate) fn extend(&self, permissions: &mut Permissions) {
        let more = &self.permissions;
        permissions.dirs.extend_from_slice(&more.dirs);
        permissions.env.extend_from_slice(&more.env);
        permissions.net.extend_from_slice(&more.net);
        permissions.memory.extend_from_slice(&more.memory);
        permissions.agents.extend_from_slice(&more.agents);
    }
}
