//! What is asked of `flow provision`.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use flow_build::ScaffoldError;
use flow_build::provisioning::{self, Provisioning};
use flow_template::Template;
use flow_workspace::{
    Call, MAXIMUM, Order, Origin, Providers, TemplateFile, WorkspaceError, WorkspaceId, numbered,
};
use nu_plugin::{EngineInterface, EvaluatedCall};
use nu_protocol::{FromValue, LabeledError, ShellError, Span, Spanned, Value};

use crate::commands::choices;
use crate::shell::errors::labeled;

pub(super) const PROVIDERS: [&str; 3] = ["auto", "devpod", "local"];

/// A flag's value; null counts as not given, so that scripts can hand on their own options.
fn flag<T: FromValue>(call: &EvaluatedCall, name: &str) -> Result<Option<T>, ShellError> {
    Ok(call.get_flag::<Option<T>>(name)?.flatten())
}

/// The providers as `--provider` asks for them; and why DevPod is not used, where it was tried.
pub(super) fn provider(
    call: &EvaluatedCall,
    providers: Providers,
    within: &Call<'_>,
) -> Result<(Providers, Option<WorkspaceError>), LabeledError> {
    let asked = flag::<Spanned<String>>(call, "provider")?;
    match asked.as_ref().map(|asked| asked.item.as_str()) {
        None | Some("auto") => Ok(providers.automatic(within)),
        Some(name) if Providers::NAMES.contains(&name) => Ok((providers.only(name), None)),
        Some(name) => {
            let span = asked.as_ref().map_or(call.head, |asked| asked.span);
            Err(choices::unknown(
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
        labeled(
            &ScaffoldError::Language { cause },
            "this language",
            name.span,
        )
    })
}

/// What is asked for, as far as the words of the call alone say it: so that nothing is fetched for a
/// call that is wrong.
pub(super) struct Draft {
    language: Spanned<Provisioning>,
    name: Spanned<String>,
    ids: Vec<WorkspaceId>,
    template: Option<&'static Template>,
    from: Option<Spanned<String>>,
    timeout: Option<Duration>,
}

/// Reads and checks the call.
pub(super) fn draft(
    call: &EvaluatedCall,
    language: Spanned<Provisioning>,
) -> Result<Draft, LabeledError> {
    let name = flag(call, "name")?.unwrap_or_else(|| Spanned {
        item: language.item.name().to_owned(),
        span: language.span,
    });
    let ids = numbered(&name.item, count(call)?).map_err(|error| match error {
        WorkspaceError::Count { .. } => labeled(&error, "this many", count_span(call)),
        _ => labeled(&error, "this name", name.span),
    })?;
    Ok(Draft {
        language,
        name,
        ids,
        template: template(call)?,
        from: flag(call, "from")?,
        timeout: timeout(call)?,
    })
}

impl Draft {
    /// The order, with the sources that `--from` names; each agent is called as its workspace.
    pub(super) fn order(
        self,
        engine: &EngineInterface,
        providers: &Providers,
        within: &Call<'_>,
    ) -> Result<Order, LabeledError> {
        let origin = self.from.map(|from| {
            let origin = origin(&from, engine, within)?;
            let checked = providers.check_origin(&origin);
            checked.map_err(|error| labeled(&error, "from here", from.span))?;
            Ok::<_, LabeledError>(origin)
        });
        let origin = origin.transpose()?;
        let language = self.language.item;
        let files = |id: WorkspaceId| {
            let files = match origin {
                Some(_) => Ok(Vec::new()),
                None => language.files(id.as_str()),
            };
            let files = files.map_err(|error| labeled(&error, "this name", self.name.span))?;
            Ok((id, files))
        };
        let workspaces = self.ids.into_iter().map(files);
        let toolchain = language.toolchain();
        Ok(Order {
            language: language.name().to_owned(),
            workspaces: workspaces.collect::<Result<_, LabeledError>>()?,
            devcontainer: devcontainer(self.template, language, origin.as_ref()),
            from: origin.map(Arc::new),
            toolchain: toolchain
                .first()
                .copied()
                .unwrap_or(language.name())
                .to_owned(),
            probe: toolchain.iter().map(|word| (*word).to_owned()).collect(),
            jobs: thread::available_parallelism()
                .map_or(1, std::num::NonZero::get)
                .max(JOBS),
            timeout: self.timeout,
        })
    }
}

/// What `--from` names, fetched. A `~` is the home directory, as in Nushell's own commands.
fn origin(
    from: &Spanned<String>,
    engine: &EngineInterface,
    within: &Call<'_>,
) -> Result<Origin, LabeledError> {
    let home = match from.item.strip_prefix('~') {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => {
            let home = engine.get_env_var("HOME")?.map(Value::coerce_into_string);
            let home = home.transpose()?.map(PathBuf::from);
            let home = home.or_else(std::env::home_dir);
            home.map(|home| home.join(rest.trim_start_matches('/')))
        }
        _ => None,
    };
    let text = home.map_or_else(|| from.item.clone(), |home| home.display().to_string());
    let directory = engine.get_current_dir()?;
    Origin::fetch(&text, directory.as_ref(), within)
        .map_err(|error| labeled(&error, "from here", from.span))
}

/// Workspaces at the same time, also on few cores: making one is mostly waiting.
const JOBS: usize = 3;

/// The template that `--template` names.
fn template(call: &EvaluatedCall) -> Result<Option<&'static Template>, LabeledError> {
    let Some(asked) = flag::<Spanned<String>>(call, "template")? else {
        return Ok(None);
    };
    if let Some(template) = flow_template::named(&asked.item) {
        return Ok(Some(template));
    }
    let known: Vec<&str> = flow_template::all()
        .iter()
        .map(|template| template.name)
        .collect();
    Err(choices::unknown(
        "template",
        "flow::template::unknown",
        &asked.item,
        &known,
        asked.span,
    ))
}

/// The devcontainer that comes along: the language's, or that of `--template`; none where the
/// sources bring their own and no template is asked for.
fn devcontainer(
    asked: Option<&'static Template>,
    language: Provisioning,
    origin: Option<&Origin>,
) -> Option<TemplateFile> {
    if asked.is_none() && origin.is_some_and(Origin::has_devcontainer) {
        return None;
    }
    let template = asked.or_else(|| flow_template::named(language.name()))?;
    let path = PathBuf::from(".devcontainer")
        .join(format!("flow-{}", template.name))
        .join("devcontainer.json");
    let is_there = origin.is_some_and(|origin| origin.path().join(&path).exists());
    (!is_there).then(|| (path, template.devcontainer.as_bytes().to_vec()))
}

fn timeout(call: &EvaluatedCall) -> Result<Option<Duration>, LabeledError> {
    let Some(timeout) = flag::<Spanned<i64>>(call, "timeout")? else {
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
