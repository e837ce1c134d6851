//! The exports that flow calls, and where a component has them.

use wasmtime::component::{Component, ComponentExportIndex};

use crate::error::LoadError;

/// The interface that makes a component a handler.
pub(crate) const HANDLER: &str = "flow:agent/handler@0.1.0";

/// The position of `function` in the exported `interface`.
pub(crate) fn export(
    component: &Component,
    interface: &str,
    function: &str,
) -> Result<ComponentExportIndex, LoadError> {
    component
        .get_export_index(None, interface)
        .and_then(|instance| component.get_export_index(Some(&instance), function))
        .ok_or_else(|| LoadError::Export {
            reason: format!("its interface `{interface}` has no function `{function}`"),
        })
}
