//! The real Pyodide, from its start to its libraries.
//!
//! `$PYODIDE` names the folder of the npm package; without it every test is
//! skipped by name. `$PYODIDE_WHEELS` names a folder in which the wheel of
//! `pydantic_core` was unpacked.

mod programs;

use std::path::PathBuf;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Completion, Trial};

use programs::{Finding, World};

type Test = fn(&World) -> Finding;

const TESTS: [(&str, Test); 16] = [
    ("json_goes_in_and_out", programs::json_goes_in_and_out),
    (
        "interpreters_differ_in_their_random_numbers",
        programs::random_numbers_differ,
    ),
    ("garbage_is_collected", programs::garbage_is_collected),
    (
        "exceptions_tell_their_class_message_and_traceback",
        programs::exceptions_are_told,
    ),
    ("memory_ends_in_a_memory_error", programs::memory_ends),
    (
        "recursion_ends_in_a_recursion_error",
        programs::recursion_ends,
    ),
    ("a_loop_is_interrupted", programs::a_loop_is_interrupted),
    (
        "only_granted_files_are_seen",
        programs::only_granted_files_are_seen,
    ),
    (
        "the_library_behaves_like_python",
        programs::the_library_behaves,
    ),
    (
        "what_is_not_there_fails_softly",
        programs::what_is_not_there_fails_softly,
    ),
    (
        "the_modules_that_import_are_those_of_the_table",
        programs::modules_are_those_of_the_table,
    ),
    (
        "a_call_of_the_host_is_answered",
        programs::a_call_is_answered,
    ),
    (
        "large_calls_of_the_host_are_answered",
        programs::large_calls_are_answered,
    ),
    (
        "a_waiting_call_of_the_host_is_given_up",
        programs::a_waiting_call_is_given_up,
    ),
    (
        "a_snapshot_holds_no_host",
        programs::a_snapshot_holds_no_host,
    ),
    ("the_host_is_no_file", programs::the_host_is_no_file),
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let folder = std::env::var_os("PYODIDE").map(PathBuf::from);
    let wheels = std::env::var_os("PYODIDE_WHEELS").map(PathBuf::from);
    let world: Option<&'static World> = match folder.map(|folder| World::new(&folder)) {
        Some(Ok(world)) => Some(Box::leak(Box::new(world))),
        Some(Err(failed)) => {
            let reason = failed.message().unwrap_or_default();
            eprintln!("pyodide does not start: {reason}");
            return ExitCode::FAILURE;
        }
        None => None,
    };
    let trial = |name: &str, test: Option<Box<dyn FnOnce() -> Finding + Send>>, missing: &str| {
        let reason = format!("{missing} is not set");
        Trial::ignorable_test(name, move || match test {
            Some(test) => test().map(|()| Completion::Completed),
            None => Ok(Completion::ignored_with(reason)),
        })
    };
    let mut trials = Vec::new();
    for (name, test) in TESTS {
        let run = world
            .map(|world| -> Box<dyn FnOnce() -> Finding + Send> { Box::new(move || test(world)) });
        trials.push(trial(name, run, "PYODIDE"));
    }
    let wheel = world
        .zip(wheels)
        .map(|(world, wheels)| -> Box<dyn FnOnce() -> Finding + Send> {
            Box::new(move || programs::a_binary_wheel_is_loaded(world, &wheels))
        });
    let name = "a_binary_wheel_is_loaded_and_comes_back_from_a_snapshot";
    trials.push(trial(name, wheel, "PYODIDE or PYODIDE_WHEELS"));
    libtest_mimic::run(&arguments, trials).exit_code()
}
