//! Every `e2e/**/*.nu` is a case: a script that asserts, run by a real `nu` with the plugin.
//!
//! A case's file name is the sentence that it holds. `# needs: node, jaq.wasm`
//! in its first lines names tools without which it is skipped; on a build
//! machine (`CI=true`) a missing tool is a failure, as nobody would see it skipped.
//! `# wants: tinygo` names tools that no package brings there: then it is skipped.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Output};
use std::time::Duration;

use flow_tests::devpod::DevPod;
use flow_tests::guests;
use flow_tests::session::{Ended, Session};
use flow_tests::tools::{find, named, on_build_machine, root};
use libtest_mimic::{Arguments, Completion, Failed, Trial};

/// How long a case may take; the longest build an agent from nothing.
const BOUND: Duration = Duration::from_secs(300);

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let directory = root().join("tests/e2e");
    let guests = if arguments.list {
        PathBuf::new()
    } else {
        guests::compile()
    };
    let mut cases = Vec::new();
    collect(&directory, &mut cases);
    cases.sort();
    let trials = cases
        .into_iter()
        .flat_map(|case| trials(&directory, &case, &guests))
        .collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Adds every script below `directory` to `cases`.
fn collect(directory: &Path, cases: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("the directory of cases") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, cases);
        } else if path.extension() == Some(OsStr::new("nu")) {
            cases.push(path);
        }
    }
}

/// A case, once; those in `devpod/` over the double of DevPod and over a real one.
fn trials(directory: &Path, case: &Path, guests: &Path) -> Vec<Trial> {
    let relative = case
        .strip_prefix(directory)
        .expect("a case is below its directory");
    let name = relative.with_extension("").to_string_lossy().into_owned();
    let trial = |name: String, devpod: Option<DevPod>| {
        let (case, guests) = (case.to_path_buf(), guests.to_path_buf());
        Trial::ignorable_test(name, move || run(&case, &guests, devpod.as_ref()))
    };
    if !relative.starts_with("devpod") {
        return vec![trial(name, None)];
    }
    let script = fs::read_to_string(case).expect("a case can be read");
    let mut trials = vec![trial(format!("{name} (double)"), Some(DevPod::double()))];
    if !script.starts_with("# only: double") {
        trials.push(trial(format!("{name} (real)"), Some(DevPod::real())));
    }
    trials
}

fn run(case: &Path, guests: &Path, devpod: Option<&DevPod>) -> Result<Completion, Failed> {
    let script = fs::read_to_string(case)?;
    let absent = |header| named(&script, header).filter(|tool| find(tool).is_none());
    let missing: Vec<&str> = absent("# needs:").collect();
    if !missing.is_empty() {
        let reason = format!("needs {}", missing.join(", "));
        if on_build_machine() {
            return Err(Failed::from(format!(
                "{reason}: scripts/test.sh installs it with CI=true"
            )));
        }
        return Ok(Completion::ignored_with(reason));
    }
    if let Some(tool) = absent("# wants:").next() {
        return Ok(Completion::ignored_with(format!("needs {tool} on PATH")));
    }
    if devpod.is_some_and(|devpod| devpod.program.is_none()) {
        let reason = "needs a real devpod on PATH or in FLOW_TEST_DEVPOD";
        return Ok(Completion::ignored_with(reason));
    }
    let session = Session::new(guests);
    let mut command = session.command([case]);
    if let Some(devpod) = devpod {
        devpod.equip(&mut command, &session.work());
    }
    match session.run(&mut command, BOUND) {
        Ended::Itself(output) if output.status.success() => Ok(Completion::Completed),
        Ended::Itself(output) => Err(failure(
            &format!("nu ended with {}", output.status),
            &output,
        )),
        Ended::Killed(output) => Err(failure(&format!("nu took over {BOUND:?}"), &output)),
    }
}

/// What went wrong, and all that `nu` said.
fn failure(what: &str, output: &Output) -> Failed {
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    Failed::from(format!(
        "{what}\n{}\n{}",
        stderr.trim_end(),
        stdout.trim_end()
    ))
}
