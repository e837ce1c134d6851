//! Every case in `agents/` is written in every language, and run by a real `nu`
//! with the plugin: the languages differ in nothing that an agent promises.
//!
//! Ends with two tables: a row for each case, a column for each language; and who
//! called whom, a row for each caller, a column for each callee. What is skipped
//! for want of a toolchain fails on a build machine (`CI=true`).

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use flow_tests::session::{Ended, Session};
use flow_tests::tools::{engine_core, find, named, on_build_machine, root};
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use serde_json::Value;

/// The languages, and what has to be there for each.
const LANGUAGES: [(&str, Need); 6] = [
    ("rust", Need::Nothing),
    ("go", Need::Tool("go")),
    ("python", Need::Tool("pyodide")),
    ("javascript", Need::Engine("javascript")),
    ("typescript", Need::Engine("javascript")),
    ("nushell", Need::Engine("nushell")),
];

/// How long one case may take; the longest build an agent from nothing.
const BOUND: Duration = Duration::from_secs(300);

/// How long all calls may take, for which an agent in each language is built twice.
const CALLS_BOUND: Duration = Duration::from_secs(900);

/// The case in which agents call each other.
const CALLS: &str = "calls-between-languages";

#[derive(Clone, Copy)]
enum Need {
    Nothing,
    Tool(&'static str),
    Engine(&'static str),
}

/// What became of each case in each language, or of each caller's call of each callee.
type Outcomes = Arc<Mutex<BTreeMap<(String, &'static str), &'static str>>>;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let outcomes = Outcomes::default();
    let cases = cases();
    let mut trials = Vec::new();
    for case in &cases {
        for (language, need) in LANGUAGES {
            if case.join(language).is_dir() {
                trials.push(trial(case, language, need, &outcomes));
            }
        }
    }
    let calls = Outcomes::default();
    trials.push(calls_trial(&calls));
    let conclusion = libtest_mimic::run(&arguments, trials);
    if !arguments.list {
        let names: Vec<String> = cases.iter().map(|case| name(case)).collect();
        show("case", &names, &outcomes.lock().expect("the outcomes"));
        let callers = LANGUAGES.map(|(language, _)| language.to_owned());
        show("caller", &callers, &calls.lock().expect("the calls"));
    }
    conclusion.exit_code()
}

/// The folders of the cases, in order.
fn cases() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("tests/agents")).expect("the folder of cases");
    let folders = entries.map(|entry| entry.expect("an entry").path());
    let mut folders: Vec<_> = folders
        .filter(|path| path.join("case.nu").is_file())
        .collect();
    folders.sort();
    folders
}

fn name(case: &Path) -> String {
    let name = case.file_name().expect("a case has a name");
    name.to_string_lossy().into_owned()
}

fn trial(case: &Path, language: &'static str, need: Need, outcomes: &Outcomes) -> Trial {
    let (case, outcomes) = (case.to_owned(), outcomes.clone());
    Trial::ignorable_test(format!("{}/{language}", name(&case)), move || {
        let ended = run(&case, language, need);
        let outcome = match &ended {
            Ok(Completion::Completed) => "passed",
            Ok(_) => "skipped",
            Err(_) => "FAILED",
        };
        let mut outcomes = outcomes.lock().expect("the outcomes");
        outcomes.insert((name(&case), language), outcome);
        ended
    })
}

/// One trial for all calls: agents in all languages that are there call each other.
fn calls_trial(outcomes: &Outcomes) -> Trial {
    let outcomes = outcomes.clone();
    Trial::ignorable_test(CALLS, move || {
        let missing: Vec<(&str, String)> = LANGUAGES
            .into_iter()
            .filter_map(|(language, need)| Some((language, missing(need)?)))
            .collect();
        let without = |language: &str| missing.iter().any(|(absent, _)| *absent == language);
        let there: Vec<&str> = LANGUAGES
            .into_iter()
            .map(|(language, _)| language)
            .filter(|language| !without(language))
            .collect();
        let reasons: Vec<String> = missing
            .iter()
            .map(|(language, reason)| format!("{language}: {reason}"))
            .collect();
        let reasons = reasons.join("; ");
        if !missing.is_empty() && on_build_machine() {
            return Err(Failed::from(reasons));
        }
        let said = call_all(&there, &mut outcomes.lock().expect("the calls"))?;
        match (said.is_empty(), missing.is_empty()) {
            (false, _) => Err(Failed::from(said.join("\n"))),
            (true, false) => Ok(Completion::ignored_with(reasons)),
            (true, true) => Ok(Completion::Completed),
        }
    })
}

/// Has an agent in each of `languages` call one in each; notes the outcomes, and
/// returns what the failed calls said.
fn call_all(
    languages: &[&str],
    outcomes: &mut BTreeMap<(String, &'static str), &'static str>,
) -> Result<Vec<String>, Failed> {
    for (caller, _) in LANGUAGES {
        for (callee, _) in LANGUAGES {
            outcomes.insert((caller.to_owned(), callee), "skipped");
        }
    }
    let tests = root().join("tests");
    let script = format!(
        "use '{tests}/agents/{CALLS}/calls.nu'
        {install}
        calls {languages} | to json",
        tests = tests.display(),
        install = install(languages.contains(&"python")),
        languages = format_args!("[{}]", languages.join(" ")),
    );
    let said = in_session(&script, CALLS_BOUND)?;
    let calls: Vec<Value> = serde_json::from_slice(&said)?;
    let mut failures = Vec::new();
    for call in &calls {
        let text = |column| {
            call.get(column)
                .and_then(Value::as_str)
                .unwrap_or("nothing")
        };
        let failed = text("outcome") != "passed";
        for (callee, _) in LANGUAGES {
            if callee == text("callee") {
                let outcome = if failed { "FAILED" } else { "passed" };
                outcomes.insert((text("caller").to_owned(), callee), outcome);
            }
        }
        if failed {
            failures.push(format!(
                "{} calls {}: {}",
                text("caller"),
                text("callee"),
                text("outcome")
            ));
        }
    }
    if calls.len() != languages.len() * languages.len() {
        failures.push(format!("{} calls only were made", calls.len()));
    }
    Ok(failures)
}

/// What is missing for a language.
fn missing(need: Need) -> Option<String> {
    match need {
        Need::Nothing => None,
        Need::Tool(tool) => find(tool).is_none().then(|| format!("needs {tool}")),
        Need::Engine(engine) => engine_core(engine)
            .is_none()
            .then(|| format!("needs the engine for {engine}: scripts/build-engines.sh builds it")),
    }
}

/// What is missing for a case, whatever its agent is written in.
fn missing_for(case: &Path) -> Option<String> {
    let script = fs::read_to_string(case.join("case.nu")).expect("a case can be read");
    let absent = named(&script, "# needs:").find(|tool| find(tool).is_none());
    absent.map(|tool| format!("needs {tool}"))
}

fn run(case: &Path, language: &str, need: Need) -> Result<Completion, Failed> {
    if let Some(reason) = missing(need).or_else(|| missing_for(case)) {
        return match on_build_machine() {
            true => Err(Failed::from(reason)),
            false => Ok(Completion::ignored_with(reason)),
        };
    }
    let tests = root().join("tests");
    let script = format!(
        "use '{case}/case.nu'
        use '{tests}/conformance.nu'
        {install}
        if ('case prepare' in (scope commands).name) {{ case prepare }}
        let flags = if ('case flags' in (scope commands).name) {{ case flags }} else {{ {{}} }}
        let agent = conformance agent '{case}' {language}
        conformance check $agent (case input) (case expected {language}) $flags",
        tests = tests.display(),
        case = case.display(),
        install = install(language == "python"),
    );
    in_session(&script, BOUND)?;
    Ok(Completion::Completed)
}

/// What installs Python, where it is used.
fn install(python: bool) -> &'static str {
    if python { "install python" } else { "" }
}

/// Runs a script in a session of its own; returns what it wrote.
fn in_session(script: &str, bound: Duration) -> Result<Vec<u8>, Failed> {
    let session = Session::new(Path::new(""));
    let assertions = root().join("tests/assertions.nu");
    let script = format!("use '{}' *\n{script}", assertions.display());
    let mut command = session.command(["-c", &script]);
    match session.run(&mut command, bound) {
        Ended::Itself(output) if output.status.success() => Ok(output.stdout),
        Ended::Itself(output) => Err(failed(&output.stderr, &output.stdout)),
        Ended::Killed(output) => {
            let said = [format!("over {bound:?}\n").into_bytes(), output.stderr].concat();
            Err(failed(&said, &output.stdout))
        }
    }
}

fn failed(stderr: &[u8], stdout: &[u8]) -> Failed {
    let text = |bytes| String::from_utf8_lossy(bytes).trim_end().to_owned();
    Failed::from(format!("{}\n{}", text(stderr), text(stdout)))
}

/// The table of all that ran: `rows` under `title`, a column for each language.
fn show(title: &str, rows: &[String], outcomes: &BTreeMap<(String, &'static str), &'static str>) {
    let longest = rows.iter().map(String::len).max();
    let widest = longest.unwrap_or_default().max(title.len());
    let header = LANGUAGES.map(|(language, _)| format!("{language:<10}"));
    println!("{title:<widest$}  {}", header.join("  "));
    for row in rows {
        let cells = LANGUAGES.map(|(language, _)| {
            let outcome = outcomes.get(&(row.clone(), language)).copied();
            format!("{:<10}", outcome.unwrap_or("-"))
        });
        println!("{row:<widest$}  {}", cells.join("  "));
    }
    println!();
}
