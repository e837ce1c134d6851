//! What workspaces in containers need: an engine, DevPod, and for templates Devbox and Nix.

use super::check::Check;
use super::programs::{Program, look};
use crate::context::{Answer, Context, version_in};
use crate::diagnosis::Diagnosis;

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
        found.extend(
            DEVBOX
                .iter()
                .map(|program| look(self.name(), program, context)),
        );
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

/// Tried as `flow provision` tries it: version, provider, and whether that answers.
fn devpod(check: &'static str, context: &Context<'_>) -> Diagnosis {
    let diagnosis = Diagnosis::optional(check, "devpod", "`flow provision --provider devpod`")
        .mend("install DevPod's command line from https://devpod.sh");
    match (context.devpod)() {
        Ok(found) => diagnosis.version(version_in(&found)).good(found),
        Err(complaint) => {
            let diagnosis = match complaint.missing {
                true => Diagnosis {
                    found: complaint.reason,
                    ..diagnosis
                },
                false => diagnosis.broken(complaint.reason),
            };
            match complaint.help {
                Some(help) => diagnosis.mend(help),
                None => diagnosis,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::machine_double::Machine;
    use crate::context::{Complaint, Trial};
    use crate::diagnosis::Health;

    #[test]
    fn a_docker_without_an_engine_is_broken_and_says_how_to_start_one() {
        let said = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock.";
        let machine = Machine::new()
            .answers(
                "docker --version",
                0,
                "Docker version 28.2.2, build e6534b4",
            )
            .answers("docker ps", 1, said);
        let docker = &machine.examine(&Containers)[0];
        assert_eq!(
            (&docker.health, docker.found.as_str()),
            (&Health::Broken, said)
        );
        assert_eq!(docker.version.as_deref(), Some("28.2.2"));
        assert!(
            docker
                .mend
                .as_ref()
                .unwrap()
                .contains("systemctl start docker")
        );
        machine.learn("docker ps", 1, "permission denied while trying to connect");
        assert!(
            machine.examine(&Containers)[0]
                .mend
                .as_ref()
                .unwrap()
                .contains("usermod")
        );
        machine.learn("docker ps", 0, "");
        assert_eq!(machine.examine(&Containers)[0].health, Health::Good);
    }

    #[test]
    fn devpod_is_what_its_provider_says() {
        let look = |devpod: Trial<'_>| {
            Machine::new().with(|context| {
                let context = Context {
                    devpod,
                    nushell: None,
                    ..*context
                };
                Containers.examine(&context).swap_remove(1)
            })
        };
        let good = look(&|| Ok("DevPod v0.6.15 with provider `docker`".to_owned()));
        assert_eq!(
            (good.health, good.version.as_deref()),
            (Health::Good, Some("0.6.15"))
        );
        let complaint = |missing| Complaint {
            reason: "DevPod has no usable provider: none is added".to_owned(),
            missing,
            help: Some("add one".to_owned()),
        };
        let broken = look(&|| Err(complaint(false)));
        assert_eq!(
            (broken.health, broken.mend.as_deref()),
            (Health::Broken, Some("add one"))
        );
        assert_eq!(look(&|| Err(complaint(true))).health, Health::Missing);
    }
}
