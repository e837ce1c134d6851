//! The imports that a failure is about: an import that cannot be resolved has no stack
//! frame, and the line with it is found by its text.

use std::collections::BTreeMap;

use crate::failure::Failure;

/// Gives a failure without a location that of the import in its message.
pub(crate) fn locate(mut failure: Failure, files: &BTreeMap<String, String>) -> Failure {
    if !failure.path.is_empty() {
        return failure;
    }
    let message = failure.message.clone();
    let mut quoted = message.split('`').skip(1).step_by(2);
    let (Some(first), Some(second)) = (quoted.next(), quoted.next()) else {
        return failure;
    };
    let found = match files.get(second).filter(|_| message.contains("which `")) {
        Some(text) => import_of(text, first, "").map(|place| (second, place)),
        // A name that a module does not export, which any other file may import.
        None => files.iter().find_map(|(path, text)| {
            let module = second.rsplit(['/', ':']).next()?;
            let module = module.rsplit_once('.').map_or(module, |(stem, _)| stem);
            let is_code = path != second && !path.ends_with(".map") && !path.ends_with(".json");
            let place = is_code.then(|| import_of(text, module, first))??;
            Some((path.as_str(), place))
        }),
    };
    if let Some((path, (line, column))) = found {
        (failure.path, failure.line, failure.column) = (path.to_owned(), line, column);
    }
    failure
}

/// Line and column where `text` imports `name` from `module`, of which the last part of
/// its path is enough.
fn import_of(text: &str, module: &str, name: &str) -> Option<(u32, u32)> {
    let mut above = String::new();
    text.lines().zip(1..).find_map(|(line, number)| {
        above = if line.contains("import") {
            line.to_owned()
        } else {
            format!("{above}{line}")
        };
        let at = line.match_indices(module).map(|(at, _)| at).find(|at| {
            let (before, after) = line.split_at(*at);
            let after = after.get(module.len()..).unwrap_or_default();
            // An extension may follow.
            let ends = after.find(['\'', '"']).is_some_and(|quote| quote < 5);
            ends && before.contains(['\'', '"'])
        })?;
        let is_import = line.contains("import") || line.contains("from");
        if !is_import || !above.contains(name) {
            return None;
        }
        let start = line.get(..at)?.rfind(['\'', '"'])?;
        let column = line.get(..start)?.chars().count() + 1;
        Some((number, u32::try_from(column).ok()?))
    })
}
