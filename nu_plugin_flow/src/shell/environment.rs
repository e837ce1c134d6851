//! Where flow keeps its files, as Nushell's environment says now: the plugin's
//! own environment is that of the moment at which it was started.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use flow_build::EngineStore;
use flow_cache::Cache;
use flow_workspace::{DevpodSettings, Providers, WorkspaceError};
use nu_plugin::EngineInterface;
use nu_protocol::{LabeledError, Span, Value};

use crate::shell::errors::labeled;

/// The cache: `$env.FLOW_CACHE_DIR`, else the user's own.
///
/// # Errors
/// Where there is no place for one, or Nushell does not answer.
pub fn cache(engine: &EngineInterface, span: Span) -> Result<Cache, LabeledError> {
    if let Some(directory) = directory(engine, "FLOW_CACHE_DIR")? {
        return Ok(Cache::at(directory.into()));
    }
    Cache::locate().map_err(|error| labeled(&error, "here", span))
}

/// The engines: in `$env.FLOW_ENGINES`, else below flow's data.
///
/// # Errors
/// Where there is no place for them, or Nushell does not answer.
pub fn engines(engine: &EngineInterface, span: Span) -> Result<EngineStore, LabeledError> {
    let root = match directory(engine, "FLOW_ENGINES")? {
        Some(named) => PathBuf::from(named),
        None => data_directory(engine, span)?.join("engines"),
    };
    Ok(EngineStore::at(root))
}

/// All workspaces: below `$env.FLOW_DATA_DIR`, else the user's own; DevPod is `$env.FLOW_DEVPOD`,
/// else `devpod`, and sees Nushell's environment.
///
/// # Errors
/// Where there is no place for them, or Nushell does not answer.
pub fn workspaces(engine: &EngineInterface, span: Span) -> Result<Providers, LabeledError> {
    let data_directory = directory(engine, "FLOW_DATA_DIR")?;
    let settings = devpod(engine)?;
    Providers::new(data_directory.as_ref().map(Path::new), &settings)
        .map_err(|error: WorkspaceError| labeled(&error, "here", span))
}

/// How DevPod is called.
fn devpod(engine: &EngineInterface) -> Result<DevpodSettings, LabeledError> {
    let variables = engine.get_env_vars()?;
    let mut environment = BTreeMap::new();
    for (name, value) in variables {
        // A list is a path list; what is neither that nor a text is Nushell's own affair.
        let text = match value {
            Value::List { vals, .. } => {
                let parts = vals.into_iter().map(Value::coerce_into_string);
                let parts: Vec<String> = parts.collect::<Result<_, _>>().unwrap_or_default();
                std::env::join_paths(parts)
                    .ok()
                    .and_then(|text| text.into_string().ok())
            }
            value => value.coerce_into_string().ok(),
        };
        environment.extend(text.map(|text| (name, text)));
    }
    if let Ok(path) = std::env::var("PATH") {
        environment.entry("PATH".to_owned()).or_insert(path);
    }
    let program = environment
        .get("FLOW_DEVPOD")
        .filter(|program| !program.is_empty());
    // A relative path counts from where the user is; a bare name is looked up in `PATH`.
    let program = match program {
        Some(program) if program.contains('/') => {
            let directory = engine.get_current_dir()?;
            let program = Path::new(&directory).join(program);
            Some(program.display().to_string())
        }
        program => program.cloned(),
    };
    Ok(DevpodSettings {
        program,
        environment: Some(environment),
    })
}

/// The folder of flow's data, in which the local workspaces are.
///
/// # Errors
/// Where there is no place for it, or Nushell does not answer.
pub fn data_directory(engine: &EngineInterface, span: Span) -> Result<PathBuf, LabeledError> {
    if let Some(directory) = directory(engine, "FLOW_DATA_DIR")? {
        return Ok(PathBuf::from(directory));
    }
    let user = directory(engine, "XDG_DATA_HOME")?.map(PathBuf::from);
    let user = user.or_else(|| Some(std::env::home_dir()?.join(".local/share")));
    let user = user.ok_or(WorkspaceError::NoDataDirectory);
    Ok(user
        .map_err(|error| labeled(&error, "here", span))?
        .join("flow"))
}

/// An absolute directory that a variable names.
fn directory(engine: &EngineInterface, name: &str) -> Result<Option<String>, LabeledError> {
    let Some(value) = engine.get_env_var(name)? else {
        return Ok(None);
    };
    let span = value.span();
    let directory = value.coerce_into_string()?;
    if directory.is_empty() {
        return Ok(None);
    }
    if !Path::new(&directory).is_absolute() {
        return Err(LabeledError::new(format!(
            "`$env.{name}` is not an absolute path: `{directory}`"
        ))
        .with_code("flow::environment::relative")
        .with_help(format!(
            "set it to a whole path: `$env.{name} = ($env.PWD | path join …)`"
        ))
        .with_label("it comes from here", span));
    }
    Ok(Some(directory))
}
