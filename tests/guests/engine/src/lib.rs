//! A language for tests. Each line of a source is one word and its rest:
//!
//! `handle` makes it a handler, `import PATH` names a file, `wrong TEXT` cannot
//! be read, `fail TEXT` does not load, `say TEXT` is what its answers say, and
//! `loop`, `crash`, `refuse`, `open PATH` are what it does with each record.

mod bindings {
    wit_bindgen::generate!({
        path: ["../../../wasm-toolchains/wit/agent.wit", "../../../wasm-toolchains/wit/engine"],
        world: "flow:engine/engine",
        generate_all,
    });
}

use std::cell::RefCell;
use std::io::{BufRead, Write};

use bindings::exports::flow::agent::handler;
use bindings::exports::flow::engine::program::{self, Analysis, File, Problem};
use bindings::exports::wasi::cli::run;

struct Engine;

bindings::export!(Engine with_types_in bindings);

/// What an instance has in it.
#[derive(Default)]
struct State {
    /// Set once, before any agent is there.
    ready: bool,
    source: String,
    records: u64,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

fn lines(text: &str) -> impl Iterator<Item = (u32, &str, &str)> {
    text.lines().zip(1..).map(|(line, number)| {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        (number, word, rest)
    })
}

fn of(text: &str, wanted: &str) -> Option<String> {
    let mut found = lines(text).filter(|(_, word, _)| *word == wanted);
    found.next().map(|(_, _, rest)| rest.to_owned())
}

fn problem(path: &str, line: u32, message: &str) -> Problem {
    Problem {
        message: message.to_owned(),
        path: path.to_owned(),
        line,
        column: 1,
    }
}

fn load(entry: &str, files: &[File]) -> Result<(), Problem> {
    let found = files.iter().find(|file| file.path == entry);
    let file = found.ok_or_else(|| problem(entry, 0, "there is no such file"))?;
    for (number, word, rest) in lines(&file.text) {
        match word {
            "wrong" | "fail" => return Err(problem(entry, number, rest)),
            "import" if !files.iter().any(|file| file.path == rest) => {
                return Err(problem(entry, number, "no such module"));
            }
            _ => {}
        }
    }
    STATE.with_borrow_mut(|state| state.source = file.text.clone());
    Ok(())
}

impl program::Guest for Engine {
    fn analyse(source: File) -> Result<Analysis, Problem> {
        let wrong = lines(&source.text).find(|(_, word, _)| *word == "wrong");
        if let Some((number, _, rest)) = wrong {
            return Err(problem(&source.path, number, rest));
        }
        let imports = lines(&source.text).filter(|(_, word, _)| *word == "import");
        Ok(Analysis {
            handler: of(&source.text, "handle").is_some(),
            asynchronous: false,
            imports: imports.map(|(_, _, rest)| rest.to_owned()).collect(),
        })
    }

    fn load(entry: String, files: Vec<File>) -> Result<(), Problem> {
        load(&entry, &files)
    }

    fn vocabulary() -> Vec<String> {
        ["handle", "import", "say"].map(str::to_owned).to_vec()
    }
}

impl handler::Guest for Engine {
    fn handle(input: String) -> Result<String, String> {
        let (source, ready, records) = STATE.with_borrow_mut(|state| {
            state.records += 1;
            (state.source.clone(), state.ready, state.records)
        });
        for (_, word, rest) in lines(&source) {
            match word {
                "loop" => loop {
                    std::hint::black_box(0);
                },
                "crash" => panic!("told to crash"),
                "refuse" => return Err(rest.to_owned()),
                "open" => {
                    std::fs::read(rest).map_err(|error| format!("{rest}: {error}"))?;
                }
                _ => {}
            }
        }
        let said = serde_json::json!({
            "said": of(&source, "say"),
            "ready": ready,
            "records": records,
        });
        let input: serde_json::Value =
            serde_json::from_str(&input).map_err(|error| error.to_string())?;
        let answer = serde_json::json!({ "input": input, "engine": said });
        Ok(answer.to_string())
    }
}

impl run::Guest for Engine {
    fn run() -> Result<(), ()> {
        let said = STATE.with_borrow(|state| of(&state.source, "say"));
        let mut output = std::io::stdout().lock();
        for line in std::io::stdin().lock().lines() {
            let line = line.map_err(drop)?;
            let said = said.as_deref().unwrap_or_default();
            writeln!(output, "{{\"input\":{line},\"said\":\"{said}\"}}").map_err(drop)?;
        }
        Ok(())
    }
}

/// Makes the engine ready, before any agent is there.
#[unsafe(export_name = "initialize-engine")]
pub extern "C" fn initialize_engine() {
    STATE.with_borrow_mut(|state| state.ready = true);
}

/// Loads the agent whose files are on standard input, as JSON.
#[unsafe(export_name = "initialize-program")]
pub extern "C" fn initialize_program() {
    let read: serde_json::Value =
        serde_json::from_reader(std::io::stdin()).expect("an agent as JSON");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let files = read["files"].as_array().into_iter().flatten();
    let files: Vec<File> = files
        .map(|file| File {
            path: text(&file["path"]),
            text: text(&file["text"]),
        })
        .collect();
    if let Err(problem) = load(&text(&read["entry"]), &files) {
        eprintln!("{}:{}: {}", problem.path, problem.line, problem.message);
        std::process::abort();
    }
}
