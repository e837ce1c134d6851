//! Where flow keeps its files, as Nushell's environment says now: the plugin's
//! own environment is that of the moment at which it was started.

use std::path::{Path, PathBuf};

use flow_cache::Cache;
use flow_workspace::{LocalProvider, WorkspaceError};
use nu_plugin::EngineInterface;
use nu_protocol::{LabeledError, Span};

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

/// The local workspaces: below `$env.FLOW_DATA_DIR`, else the user's own.
///
/// # Errors
/// Where there is no place for them, or Nushell does not answer.
pub fn workspaces(engine: &EngineInterface, span: Span) -> Result<LocalProvider, LabeledError> {
    if let Some(directory) = directory(engine, "FLOW_DATA_DIR")? {
        return Ok(LocalProvider::at(Path::new(&directory)));
    }
    LocalProvider::locate().map_err(|error| labeled(&error, "here", span))
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
    Ok(user.map_err(|error| labeled(&error, "here", span))?.join("flow"))
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
