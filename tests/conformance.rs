//! Every case in `agents/` is written in every language, and run by a real `nu`
//! with the plugin: the languages differ in nothing that an agent promises.
//!
//! Ends with one table: a row for each case, a column for each language. What is
//! skipped for want of a toolchain fails on a build machine (`CI=true`).

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use flow_tests::engines;
use flow_tests::session::{Ended, Session};
use flow_tests::tools::{find, on_build_machine, root};
use libtest_mimic::{Arguments, Completion, Failed, Trial};

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

#[derive(Clone, Copy)]
enum Need {
    Nothing,
    Tool(&'static str),
    Engine(&'static str),
}

/// What became of each case in each language.
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
    let conclusion = libtest_mimic::run(&arguments, trials);
    if !arguments.list {
        show(&cases, &outcomes.lock().expect("the outcomes"));
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

/// What is missing for a language.
fn missing(need: Need) -> Option<String> {
    match need {
        Need::Nothing => None,
        Need::Tool(tool) => find(tool).is_none().then(|| format!("needs {tool}")),
        Need::Engine(engine) => engines::core(engine)
            .is_none()
            .then(|| format!("needs the engine for {engine}: scripts/build-engines.sh builds it")),
    }
}

fn run(case: &Path, language: &str, need: Need) -> Result<Completion, Failed> {
    if let Some(reason) = missing(need) {
        return match on_build_machine() {
            true => Err(Failed::from(reason)),
            false => Ok(Completion::ignored_with(reason)),
        };
    }
    let session = Session::new(Path::new(""));
    let tests = root().join("tests");
    let script = format!(
        "use '{tests}/assertions.nu' *
        use '{case}/case.nu'
        use '{tests}/conformance.nu'
        {install}
        if ('case prepare' in (scope commands).name) {{ case prepare }}
        let flags = if ('case flags' in (scope commands).name) {{ case flags }} else {{ {{}} }}
        let agent = conformance agent '{case}' {language}
        conformance check $agent (case input) (case expected {language}) $flags",
        tests = tests.display(),
        case = case.display(),
        install = match language {
            "python" => "install python",
            _ => "",
        },
    );
    let mut command = session.command(["-c", &script]);
    match session.run(&mut command, BOUND) {
        Ended::Itself(output) if output.status.success() => Ok(Completion::Completed),
        Ended::Itself(output) => Err(failed(&output.stderr, &output.stdout)),
        Ended::Killed(output) => {
            let said = [format!("over {BOUND:?}\n").into_bytes(), output.stderr].concat();
            Err(failed(&said, &output.stdout))
        }
    }
}

fn failed(stderr: &[u8], stdout: &[u8]) -> Failed {
    let text = |bytes| String::from_utf8_lossy(bytes).trim_end().to_owned();
    Failed::from(format!("{}\n{}", text(stderr), text(stdout)))
}

/// The table of all that ran.
fn show(cases: &[PathBuf], outcomes: &BTreeMap<(String, &'static str), &'static str>) {
    let widest = cases.iter().map(|case| name(case).len()).max();
    let widest = widest.unwrap_or_default();
    let header: Vec<String> = LANGUAGES
        .iter()
        .map(|(language, _)| format!("{language:<10}"))
        .collect();
    println!("{:<widest$}  {}", "case", header.join("  "));
    for case in cases {
        let name = name(case);
        let cells = LANGUAGES.iter().map(|(language, _)| {
            let outcome = outcomes.get(&(name.clone(), *language)).copied();
            format!("{:<10}", outcome.unwrap_or("-"))
        });
        let cells: Vec<String> = cells.collect();
        println!("{name:<widest$}  {}", cells.join("  "));
    }
    println!();
}
