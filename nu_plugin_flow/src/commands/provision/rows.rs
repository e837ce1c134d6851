//! What was provisioned, as a table.

use flow_build::provisioning::Provisioning;
use flow_workspace::{Order, Provisioned, WorkspaceError};
use nu_protocol::{IntoValue, LabeledError, Span, Value, record};

use crate::commands::workspace::rows::date;
use crate::shell::errors::labeled;

/// The failure of one workspace, with the command that installs what is missing.
pub(super) fn explain(
    error: &WorkspaceError,
    order: &Order,
    provider: &str,
    language: Provisioning,
    span: Span,
) -> LabeledError {
    let mut explained = labeled(error, "this language", span);
    if let WorkspaceError::Toolchain { toolchain, id, .. } = error {
        let install = language.install(&order.toolchain);
        if provider == "devpod" {
            explained.help = Some(format!(
                "add {toolchain} to the workspace's devcontainer, then `flow workspace delete {id}` and provision it again"
            ));
            return explained;
        }
        explained.help = Some(format!(
            "{install}, then run the same `flow provision` again"
        ));
    }
    explained
}

/// The row of one workspace.
pub(super) fn table_row(row: Provisioned, failure: Option<&LabeledError>, head: Span) -> Value {
    let workspace = row.workspace.as_ref();
    let row = record! {
        "id" => Value::string(row.id.as_str(), head),
        "language" => Value::string(row.language, head),
        "provider" => Value::string(row.provider, head),
        "state" => Value::string(row.state.as_str(), head),
        "path" => workspace.map(|workspace| workspace.path.clone()).into_value(head),
        "toolchain" => Value::string(row.toolchain, head),
        "version" => row.version.into_value(head),
        "created" => date(row.created, head),
        "duration" => row.duration.into_value(head),
        "error" => failure.map(|failure| failure.msg.clone()).into_value(head),
    };
    Value::record(row, head)
}
