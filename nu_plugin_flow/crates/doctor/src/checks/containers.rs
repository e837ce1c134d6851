//! What workspaces in containers need: an engine, DevPod, and for templates Devbox and Nix.

use serde_json::Value;

use super::Check;
use super::programs::{Program, look};
use crate::context::{Answer, Context, at_least, version_in};
use crate::diagnosis::Diagnosis;

const OLDEST_DEVPOD: &str = "0.6";

const DEVBOX: &[Program] = &[
    Program {
        name: "devbox",
        probe: &["version"],
        needed_for: "shells from templates: `flow template add`",
        mend: "install it as https://www.jetify.com/devbox tells",
    },
    Program {
        name: "nix",
        probe: &["--version"],
        needed_for: "the packages of Devbox",
        mend: "install it as https://nixos.org tells; Devbox offers to do it",
    },
    Program {
        name: "git",
        probe: &["--version"],
        needed_for: "`flow provision --from` a repository",
        mend: "install it with your system's packages",
    },
];

pub(super) struct Containers;

impl Check for Containers {
    fn name(&self) -> &'static str {
        "containers"
    }

    fn examine(&self, context: &Context<'_>) -> Vec<Diagnosis> {
        let mut found = vec![docker(self.name(), context), devpod(self.name(), context)];
        found.extend(DEVBOX.iter().map(|program| look(self.name(), program, context)));
        found
    }
}

/// A client alone is of no use: the engine has to answer.
fn docker(check: &'static str, context: &Context<'_>) -> Diagnosis {
    let diagnosis = Diagnosis::optional(check, "docker", "workspaces in containers, with DevPod")
        .mend("install Docker Engine or Podman's `docker` with your system's packages");
    let version = match context.ask("docker", &["--version"]) {
        Answer::Said(said) => version_in(&said),
        Answer::Failed(reason) => return diagnosis.broken(reason),
        Answer::Missing => return diagnosis,
    };
    let diagnosis = diagnosis.version(version);
    match context.ask("docker", &["ps", "--quiet"]) {
        Answer::Said(_) => diagnosis.good("its engine answers"),
        Answer::Failed(reason) if reason.contains("permission denied") => diagnosis
            .broken(reason)
            .mend("become a member of the group `docker`: `sudo usermod -aG docker $USER`, then log in again"),
        Answer::Failed(reason) => diagnosis
            .broken(reason)
            .mend("start the engine: `sudo systemctl start docker`, or Docker Desktop"),
        Answer::Missing => diagnosis,
    }
}

fn devpod(check: &'static str, context: &Context<'_>) -> Diagnosis {
    let diagnosis = Diagnosis::optional(check, "devpod", "`flow provision --provider devpod`")
        .mend("install DevPod's command line from https://devpod.sh");
    let version = match context.ask("devpod", &["version"]) {
        Answer::Said(said) => version_in(&said),
        Answer::Failed(reason) => return diagnosis.broken(reason),
        Answer::Missing => return diagnosis,
    };
    let fits = version.as_ref().is_some_and(|version| at_least(version, OLDEST_DEVPOD));
    let diagnosis = diagnosis.version(version);
    if !fits {
        return diagnosis.broken(format!("flow knows {OLDEST_DEVPOD} and later"));
    }
    let Answer::Said(said) = context.ask("devpod", &["provider", "list", "--output", "json"]) else {
        return diagnosis.broken("it cannot list its providers");
    };
    match serde_json::from_str(&said) {
        Ok(Value::Object(providers)) if !providers.is_empty() => {
            let names: Vec<_> = providers.keys().map(|name| format!("`{name}`")).collect();
            diagnosis.good(format!("it has the providers {}", names.join(", ")))
        }
        Ok(Value::Object(_)) => diagnosis
            .broken("it has no provider")
            .mend("`devpod provider add docker`"),
        _ => diagnosis.broken("what it says about its providers cannot be read"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::given::Machine;
    use crate::diagnosis::Health;

    #[test]
    fn a_docker_without_an_engine_is_broken_and_says_how_to_start_one() {
        let said = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock.";
        let machine = Machine::new()
            .answers("docker --version", 0, "Docker version 28.2.2, build e6534b4")
            .answers("docker ps", 1, said);
        let docker = &machine.examine(&Containers)[0];
        assert_eq!((&docker.health, docker.found.as_str()), (&Health::Broken, said));
        assert_eq!(docker.version.as_deref(), Some("28.2.2"));
        assert!(docker.mend.as_ref().unwrap().contains("systemctl start docker"));
        machine.learn("docker ps", 1, "permission denied while trying to connect");
        assert!(machine.examine(&Containers)[0].mend.as_ref().unwrap().contains("usermod"));
        machine.learn("docker ps", 0, "");
        assert_eq!(machine.examine(&Containers)[0].health, Health::Good);
    }

    #[test]
    fn a_devpod_needs_a_known_version_and_a_provider() {
        for (version, providers, expected) in [
            ("v0.6.15", "{\"docker\": {}}", Health::Good),
            ("v0.26.1", "{\"docker\": {}}", Health::Good),
            ("v0.5.20", "{\"docker\": {}}", Health::Broken),
            ("v0.6.15", "{}", Health::Broken),
            ("v0.6.15", "half a listi", Health::Broken),
        ] {
            let machine = Machine::new()
                .answers("devpod version", 0, version)
                .answers("devpod provider list", 0, providers);
            assert_eq!(machine.examine(&Containers)[1].health, expected, "{version} {providers}");
        }
        assert_eq!(Machine::new().examine(&Containers)[1].health, Health::Missing);
    }
}
