//! What can go wrong with DevPod, in its own words where it has some.

use std::time::Duration;

use miette::Diagnostic;
use thiserror::Error;

/// An error of DevPod, or of talking to it.
#[derive(Debug, Error, Diagnostic)]
#[expect(missing_docs, reason = "each variant says in its message what it is")]
#[non_exhaustive]
pub enum DevpodError {
    #[error("DevPod is not there: `{program}`")]
    #[diagnostic(
        code(flow::devpod::missing),
        help(
            "install DevPod and add it to `PATH`, or name its program in `$env.FLOW_DEVPOD`; `--provider local` needs none"
        )
    )]
    Missing { program: String },
    #[error("not a DevPod that flow works with: `{program}` is {version}")]
    #[diagnostic(
        code(flow::devpod::unsupported),
        help(
            "use DevPod 0.6, 0.7 or a fork that continues them, and name it in `$env.FLOW_DEVPOD`"
        )
    )]
    Unsupported { program: String, version: String },
    #[error("DevPod has no usable provider: {reason}")]
    #[diagnostic(
        code(flow::devpod::no_provider),
        help(
            "add one, such as `devpod provider add docker`, then make it the default: `devpod provider use docker`"
        )
    )]
    NoProvider { reason: String },
    #[error("DevPod's Docker does not answer: {reason}")]
    #[diagnostic(
        code(flow::devpod::docker),
        help(
            "start Docker, or tell DevPod where it is: `devpod provider set-options docker -o DOCKER_HOST=…`"
        )
    )]
    Docker { reason: String },
    #[error("DevPod could not bring up workspace `{id}`: {reason}{}", lines(log))]
    #[diagnostic(code(flow::devpod::up))]
    Up {
        id: String,
        reason: String,
        /// What it said just before, without secrets.
        log: Vec<String>,
        #[help]
        help: String,
    },
    #[error("`devpod {verb}` failed: {reason}")]
    #[diagnostic(code(flow::devpod::call), help("run it by hand: `{command}`"))]
    Call {
        verb: &'static str,
        reason: String,
        command: String,
    },
    #[error("`devpod {verb}` answered what flow does not understand: {reason}")]
    #[diagnostic(
        code(flow::devpod::answer),
        help("try again; if it stays so, use DevPod 0.6 or 0.7")
    )]
    Answer { verb: &'static str, reason: String },
    #[error("`devpod {verb}` did not end within {deadline:?} and was stopped")]
    #[diagnostic(
        code(flow::devpod::deadline),
        help("see what it waits for: `{command}`; a longer `--timeout` gives it more time")
    )]
    Deadline {
        verb: &'static str,
        deadline: Duration,
        command: String,
    },
    #[error("DevPod has a workspace `{id}` that flow did not make")]
    #[diagnostic(
        code(flow::devpod::clash),
        help("choose another `--name`, or delete it with DevPod: `devpod delete {id}`")
    )]
    Clash { id: String },
    #[error("the container of workspace `{id}` is gone")]
    #[diagnostic(
        code(flow::devpod::gone),
        help("its sources are kept; make the container anew with `flow workspace start {id}`")
    )]
    Gone { id: String },
    #[error("the connection to workspace `{id}` broke: {reason}")]
    #[diagnostic(
        code(flow::devpod::connection),
        help("try again; see `flow workspace status {id}` and `flow workspace logs {id}`")
    )]
    Connection { id: String, reason: String },
    #[error("workspace `{id}` is still in DevPod's list after it was deleted")]
    #[diagnostic(
        code(flow::devpod::not_deleted),
        help("delete it with DevPod: `devpod delete {id} --force`, then run the command again")
    )]
    NotDeleted { id: String },
    #[error("a file of workspace `{id}` did not arrive whole: `{file}`")]
    #[diagnostic(code(flow::devpod::digest), help("run the command again"))]
    Digest { id: String, file: String },
}

/// Lines below a message, indented.
fn lines(log: &[String]) -> String {
    log.iter().map(|line| format!("\n  {line}")).collect()
}
