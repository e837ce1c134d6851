//! The provider `devpod`: one suite over a double of `devpod` and over the real one, and the faults
//! of which only the double is capable.
//!
//! A real `devpod` is the one that `FLOW_TEST_DEVPOD` names, else the one on `PATH`. It needs a
//! `DEVPOD_HOME` with a usable default provider, and the image that `FLOW_TEST_IMAGE` names.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml exempts test functions only, and these are called by a harness"
)]

mod contract;
mod faults;
mod fixture;
mod interruption;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Completion, Failed, Trial};

use fixture::{Given, Kind};

fn main() -> ExitCode {
    if interruption::is_child() {
        return interruption::child();
    }
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for (name, test) in contract::TESTS {
        trials.push(trial("double", name, *test, Some(Kind::Double)));
        trials.push(trial("real", name, *test, fixture::real()));
    }
    for (name, test) in faults::TESTS.iter().chain(interruption::TESTS) {
        trials.push(trial("double", name, *test, Some(Kind::Double)));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trial(over: &str, name: &str, test: fn(&Given), kind: Option<Kind>) -> Trial {
    Trial::ignorable_test(format!("{over}::{name}"), move || match kind {
        None => Ok(Completion::ignored_with(
            "needs a real devpod on PATH or in FLOW_TEST_DEVPOD",
        )),
        Some(kind) => {
            let given = Given::new(&kind);
            let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| test(&given)));
            given.clean();
            match ran {
                Ok(()) => Ok(Completion::Completed),
                Err(panic) => Err(Failed::from(message(&*panic))),
            }
        }
    })
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or(panic.downcast_ref::<&str>().copied())
        .unwrap_or("it panicked")
        .to_owned()
}
