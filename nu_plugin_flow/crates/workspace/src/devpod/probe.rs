//! Whether DevPod works here, by trying it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use crate::call::Call;
use crate::error::WorkspaceError;

use super::DevpodProvider;
use super::client::Invocation;
use super::error::DevpodError;

/// Time for each question.
const ASK: Duration = Duration::from_secs(20);

/// A provider in `devpod provider list --output json`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Offered {
    default: bool,
    config: Config,
    state: Option<ProviderState>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Config {
    agent: Agent,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Agent {
    driver: String,
    local: serde_json::Value,
    docker: Docker,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Docker {
    path: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ProviderState {
    initialized: bool,
    options: BTreeMap<String, Setting>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Setting {
    value: String,
}

impl DevpodProvider {
    /// The version and the provider that new workspaces get, once both are known to work: Docker is
    /// asked whether it answers, as DevPod itself only finds out when it needs it.
    pub(super) fn try_out(&self, call: &Call<'_>) -> Result<String, WorkspaceError> {
        let version = self.client.version(call)?.to_owned();
        let arguments = ["list", "--output", "json"];
        let invocation = Invocation::new("provider", arguments, ASK, call);
        let outcome = self.client.demand(invocation)?;
        let offered: BTreeMap<String, Offered> =
            serde_json::from_slice(&outcome.stdout).map_err(|error| DevpodError::Answer {
                verb: "provider list",
                reason: error.to_string(),
            })?;
        let Some((name, chosen)) = offered.iter().find(|(_, one)| one.default) else {
            let reason = match offered.is_empty() {
                true => "none is added".to_owned(),
                false => "none is the default".to_owned(),
            };
            return Err(DevpodError::NoProvider { reason }.into());
        };
        let state = chosen.state.as_ref();
        if state.is_some_and(|state| !state.initialized) {
            let reason = format!("`{name}` is not initialised");
            return Err(DevpodError::NoProvider { reason }.into());
        }
        if uses_docker(name, &chosen.config.agent) {
            self.ask_docker(chosen, call)?;
        }
        Ok(format!("DevPod {version} with provider `{name}`"))
    }

    fn ask_docker(&self, chosen: &Offered, call: &Call<'_>) -> Result<(), WorkspaceError> {
        let option = |name: &str| {
            let options = chosen.state.as_ref().map(|state| &state.options);
            let value = options.and_then(|options| options.get(name));
            value
                .map(|setting| setting.value.clone())
                .filter(|value| !value.is_empty())
        };
        let path = &chosen.config.agent.docker.path;
        let own = Some(path.clone()).filter(|path| !path.is_empty() && !path.contains("${"));
        let program = option("DOCKER_PATH")
            .or(own)
            .unwrap_or_else(|| "docker".to_owned());
        let arguments = vec![
            "version".to_owned(),
            "--format".to_owned(),
            "{{.Server.Version}}".to_owned(),
        ];
        let mut invocation = Invocation::new("up", Vec::<String>::new(), ASK, call);
        invocation
            .environment
            .extend(option("DOCKER_HOST").map(|host| ("DOCKER_HOST".to_owned(), host)));
        let text = format!("{program} version");
        let docker = |reason: String| WorkspaceError::from(DevpodError::Docker { reason });
        match self
            .client
            .run_program(&program, arguments, &text, invocation, &mut |_| {})
        {
            Ok(outcome) if outcome.success() => Ok(()),
            Ok(outcome) => {
                let said = String::from_utf8_lossy(&outcome.stderr);
                let last = said.lines().rfind(|line| !line.trim().is_empty());
                Err(docker(
                    self.client.clean(last.unwrap_or("it said nothing").trim()),
                ))
            }
            Err(WorkspaceError::Cancelled) => Err(WorkspaceError::Cancelled),
            Err(WorkspaceError::Devpod(DevpodError::Missing { program })) => {
                Err(docker(format!("`{program}` is not there")))
            }
            Err(WorkspaceError::Devpod(DevpodError::Deadline { deadline, .. })) => {
                Err(docker(format!("no answer within {deadline:?}")))
            }
            Err(error) => Err(error),
        }
    }
}

/// Whether the containers of a provider are made by the Docker of this machine.
fn uses_docker(name: &str, agent: &Agent) -> bool {
    let is_local = match &agent.local {
        serde_json::Value::Bool(local) => *local,
        serde_json::Value::String(local) => local == "true",
        _ => false,
    };
    match agent.driver.as_str() {
        "docker" => is_local,
        "" => is_local || name == "docker",
        _ => false,
    }
}
