//! Examines, treats and examines again.

use std::thread;

use super::check::Check;
use crate::context::Context;
use crate::diagnosis::{Diagnosis, Health};

/// Examines side by side; a row for each thing, in the order of the checks. With `fix`, what has a
/// treatment is treated and looked at again, and the row says what was done or why it was in vain.
pub fn consult(
    checks: &[&dyn Check],
    context: &Context<'_>,
    fix: bool,
) -> Vec<(Diagnosis, Option<String>)> {
    let examined = examine(checks, context);
    let sick =
        |diagnosis: &Diagnosis| diagnosis.health != Health::Good && diagnosis.treatment.is_some();
    if !fix || !examined.iter().any(sick) {
        return examined
            .into_iter()
            .map(|diagnosis| (diagnosis, None))
            .collect();
    }
    // One after the other: two cargos would wait for each other anyway.
    let mut done = Vec::new();
    for diagnosis in examined.iter().filter(|diagnosis| sick(diagnosis)) {
        let Some(treatment) = &diagnosis.treatment else {
            continue;
        };
        let told = treatment
            .apply(context)
            .unwrap_or_else(|error| error.to_string());
        done.push((diagnosis.check, diagnosis.tool.clone(), told));
    }
    let with_deed = |diagnosis: Diagnosis| {
        let mut deeds = done.iter();
        let deed =
            deeds.find(|(check, tool, _)| *check == diagnosis.check && *tool == diagnosis.tool);
        let deed = deed.map(|(_, _, told)| told.clone());
        (diagnosis, deed)
    };
    examine(checks, context)
        .into_iter()
        .map(with_deed)
        .collect()
}

fn examine(checks: &[&dyn Check], context: &Context<'_>) -> Vec<Diagnosis> {
    thread::scope(|scope| {
        let started: Vec<_> = checks
            .iter()
            .map(|check| (check, scope.spawn(|| check.examine(context))))
            .collect();
        let joined = started.into_iter().map(|(check, thread)| {
            thread.join().unwrap_or_else(|_| {
                let lost = Diagnosis::needed(check.name(), check.name(), "this check itself");
                vec![
                    lost.broken("the check panicked")
                        .mend("report this as a bug of flow"),
                ]
            })
        });
        joined.flatten().collect()
    })
}
