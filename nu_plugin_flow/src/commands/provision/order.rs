//! What is asked of `flow provision`.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use flow_build::ScaffoldError;
use flow_build::provisioning::{self, Provisioning};
use flow_workspace::{
    Call, MAXIMUM, Order, Origin, Providers, TemplateFile, WorkspaceError, WorkspaceId, numbered,
};
use nu_plugin::EvaluatedCall;
use nu_protocol::{LabeledError, Span, Spanned};

use super::PROVIDERS;
use crate::commands::words;
use crate::shell::errors::labeled;

/// The providers as `--provider` asks for them; and why DevPod is not used, where it was tried.
pub(super) fn provider(
    call: &EvaluatedCall,
    providers: Providers,
    within: &Call<'_>,
) -> Result<(Providers, Option<WorkspaceError>), LabeledError> {
    let asked = call.get_flag::<Spanned<String>>("provider")?;
    match asked.as_ref().map(|asked| asked.item.as_str()) {
        None | Some("auto") => Ok(providers.automatic(within)),
        Some(name) if Providers::NAMES.contains(&name) => Ok((providers.only(name), None)),
        Some(name) => {
            let span = asked.as_ref().map_or(call.head, |asked| asked.span);
            Err(words::unknown(
                "provider",
                "flow::provision::provider",
                name,
                &PROVIDERS,
                span,
            ))
        }
    }
}

/// The language called `name`.
pub(super) fn language(name: &Spanned<String>) -> Result<Provisioning, LabeledError> {
    provisioning::named(&name.item).map_err(|cause| {
        let error = ScaffoldError::Language { cause };
        labeled(&error, "this language", name.span)
    })
}

/// What `--from` names, fetched.
pub(super) fn origin(
    call: &EvaluatedCall,
    directory: &Path,
    within: &Call<'_>,
) -> Result<Option<Origin>, LabeledError> {
    let Some(from) = call.get_flag::<Spanned<String>>("from")? else {
        return Ok(None);
    };
    let origin = Origin::fetch(&from.item, directory, within);
    origin
        .map(Some)
        .map_err(|error| labeled(&error, "from here", from.span))
}

/// The order of `call`; each agent is called as its workspace.
pub(super) fn read(
    call: &EvaluatedCall,
    language: Spanned<Provisioning>,
    origin: Option<&Origin>,
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
    let files = |id: WorkspaceId| {
        let files = match origin {
            Some(_) => Ok(Vec::new()),
            None => language.files(id.as_str()),
        };
        let files = files.map_err(|error| labeled(&error, "this name", name.span))?;
        Ok((id, files))
    };
    let toolchain = language.toolchain();
    Ok(Order {
        language: language.name().to_owned(),
        workspaces: ids
            .into_iter()
            .map(files)
            .collect::<Result<_, LabeledError>>()?,
        from: origin.map(|origin| origin.path().to_path_buf()),
        devcontainer: devcontainer(call, language, origin)?,
        toolchain: toolchain
            .first()
            .copied()
            .unwrap_or(language.name())
            .to_owned(),
        probe: toolchain.iter().map(|word| (*word).to_owned()).collect(),
        jobs: thread::available_parallelism()
            .map_or(1, std::num::NonZero::get)
            .max(JOBS),
        timeout: timeout(call)?,
    })
}

/// Workspaces at the same time, also on few cores: making one is mostly waiting.
const JOBS: usize = 3;

/// The devcontainer that comes along: the language's, or that of `--template`; none where the
/// sources bring their own and no template is asked for.
fn devcontainer(
    call: &EvaluatedCall,
    language: Provisioning,
    origin: Option<&Origin>,
) -> Result<Option<TemplateFile>, LabeledError> {
    let asked = call.get_flag::<Spanned<String>>("template")?;
    let name = asked
        .as_ref()
        .map_or(language.name(), |asked| asked.item.as_str());
    let Some(template) = flow_template::named(name) else {
        let Some(asked) = &asked else {
            return Ok(None);
        };
        let known: Vec<&str> = flow_template::all()
            .iter()
            .map(|template| template.name)
            .collect();
        return Err(words::unknown(
            "template",
            "flow::template::unknown",
            name,
            &known,
            asked.span,
        ));
    };
    if asked.is_none() && origin.is_some_and(Origin::has_devcontainer) {
        return Ok(None);
    }
    let path = PathBuf::from(".devcontainer")
        .join(format!("flow-{}", template.name))
        .join("devcontainer.json");
    if origin.is_some_and(|origin| origin.path().join(&path).exists()) {
        return Ok(None);
    }
    Ok(Some((path, template.devcontainer.as_bytes().to_vec())))
}

fn timeout(call: &EvaluatedCall) -> Result<Option<Duration>, LabeledError> {
    let Some(timeout) = call.get_flag::<Spanned<i64>>("timeout")? else {
        return Ok(None);
    };
    match u64::try_from(timeout.item) {
        Ok(nanoseconds) if nanoseconds > 0 => Ok(Some(Duration::from_nanos(nanoseconds))),
        _ => Err(LabeledError::new("a timeout has to be longer than nothing")
            .with_code("flow::provision::timeout")
            .with_help("give a duration, such as `10min`")
            .with_label("this timeout", timeout.span)),
    }
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
