//! What is asked of `flow provision`.

use std::thread;

use flow_build::languages::{self, Language};
use flow_build::{ScaffoldError, scaffold};
use flow_workspace::{MAXIMUM, Order, WorkspaceError, WorkspaceId, numbered};
use nu_plugin::EvaluatedCall;
use nu_protocol::{LabeledError, Span, Spanned};

use super::PROVIDERS;
use crate::commands::words;
use crate::shell::errors::labeled;

/// A provider that comes later, and is not taken for a typing error.
const LATER: &str = "devpod";

/// Only the local provider is there yet.
pub(super) fn check_provider(call: &EvaluatedCall) -> Result<(), LabeledError> {
    let Some(provider) = call.get_flag::<Spanned<String>>("provider")? else {
        return Ok(());
    };
    let name = provider.item.as_str();
    if PROVIDERS.contains(&name) {
        return Ok(());
    }
    let code = "flow::provision::provider";
    if name == LATER {
        return Err(LabeledError::new(format!(
            "provider not supported in this version: `{LATER}`"
        ))
        .with_code(code)
        .with_help("leave `--provider` out: `local` makes the workspaces on this machine")
        .with_label("this provider", provider.span));
    }
    Err(words::unknown(
        "provider",
        code,
        name,
        &PROVIDERS,
        provider.span,
    ))
}

/// The language called `name`.
pub(super) fn language(name: &Spanned<String>) -> Result<&'static dyn Language, LabeledError> {
    languages::named(&name.item).map_err(|cause| {
        let error = ScaffoldError::Language { cause };
        labeled(&error, "this language", name.span)
    })
}

/// The order of `call`; each agent is called as its workspace.
pub(super) fn read(
    call: &EvaluatedCall,
    language: Spanned<&'static dyn Language>,
) -> Result<Order, LabeledError> {
    let name = call
        .get_flag::<Spanned<String>>("name")?
        .unwrap_or_else(|| Spanned {
            item: language.item.name().to_owned(),
            span: language.span,
        });
    let ids = numbered(&name.item, count(call)?).map_err(|error| match error {
        WorkspaceError::Count { .. } => labeled(&error, "this many", count_span(call)),
        _ => labeled(&error, "this name", name.span),
    })?;
    let language = language.item;
    let files = |id: WorkspaceId| match scaffold::files(language.name(), id.as_str()) {
        Ok(files) => Ok((id, files)),
        Err(error) => Err(labeled(&error, "this name", name.span)),
    };
    let toolchain = language.toolchain();
    Ok(Order {
        language: language.name().to_owned(),
        workspaces: ids.into_iter().map(files).collect::<Result<_, _>>()?,
        toolchain: toolchain
            .first()
            .copied()
            .unwrap_or(language.name())
            .to_owned(),
        probe: toolchain.iter().map(|word| (*word).to_owned()).collect(),
        jobs: thread::available_parallelism().map_or(1, std::num::NonZero::get),
        timeout: None,
    })
}

fn count_span(call: &EvaluatedCall) -> Span {
    call.nth(1).map_or(call.head, |count| count.span())
}

fn count(call: &EvaluatedCall) -> Result<usize, LabeledError> {
    let count = call.opt::<i64>(1)?.unwrap_or(1);
    usize::try_from(count).map_err(|_| {
        LabeledError::new(format!("cannot provision {count} workspaces"))
            .with_code("flow::workspace::count")
            .with_help(format!("ask for 1 to {MAXIMUM} workspaces"))
            .with_label("this many", count_span(call))
    })
}
