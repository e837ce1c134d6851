//! What is in the messages that pip writes.

use std::{collections::BTreeMap, str::FromStr};

use pep440_rs::Version;
use pep508_rs::{Requirement, VerbatimUrl, VersionOrUrl};

use crate::python::{
    error::PythonError,
    wheel::{WheelName, file_of},
};

/// Why this pip cannot be used at all; an empty reason where there is none.
pub(super) fn unusable(output: &str) -> Option<&'static str> {
    let no_module = |line: &str| line.ends_with("No module named pip");
    if output.lines().any(no_module) {
        return Some("");
    }
    // `--report` came with pip 22.2.
    let old = output.contains("no such option: --");
    old.then_some("is too old: update it with `python3 -m pip install --upgrade pip`")
}

/// The line in which pip says why it could not fetch something.
pub(super) fn network(output: &str) -> Option<&str> {
    const SIGNS: [&str; 5] = [
        "after connection broken by",
        "Could not fetch URL",
        "HTTPSConnectionPool",
        "HTTPConnectionPool",
        "HTTP error",
    ];
    let mut lines = output.lines();
    let line = lines.rfind(|line| SIGNS.iter().any(|sign| line.contains(sign)))?;
    let reason = match line.split_once("after connection broken by ") {
        Some((_, reason)) => reason,
        None => line,
    };
    Some(
        reason
            .trim_start_matches("ERROR: ")
            .trim_start_matches("WARNING: "),
    )
}

/// The requirement for which there is nothing.
pub(super) fn not_found(output: &str) -> Option<&str> {
    let line = output
        .lines()
        .find_map(|line| line.split_once("No matching distribution found for "))?;
    // "numpy>=2 (from pandas)"
    Some(line.1.split(" (from ").next().unwrap_or(line.1).trim())
}

/// Why no versions go together.
pub(super) fn conflict(output: &str) -> Option<String> {
    let (_, reason) = output.split_once("The conflict is caused by:")?;
    let lines = reason
        .lines()
        .map(str::trim)
        .skip_while(|line| line.is_empty());
    let lines: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
    Some(lines.join("; "))
}

/// The newest version of `wanted` that was passed over because of its tags.
pub(super) fn no_wheel(wanted: &str, output: &str) -> Option<PythonError> {
    let requirement = Requirement::<VerbatimUrl>::from_str(wanted).ok()?;
    let allowed = |version: &Version| match &requirement.version_or_url {
        Some(VersionOrUrl::VersionSpecifier(specifiers)) => specifiers.contains(version),
        _ => true,
    };
    let mut versions: BTreeMap<Version, Vec<String>> = BTreeMap::new();
    let skipped = output
        .lines()
        .filter(|line| line.contains("none of the wheel's tags"));
    for line in skipped {
        let words = line.split_whitespace().map(file_of);
        let Some(file) = words.into_iter().find(|word| word.ends_with(".whl")) else {
            continue;
        };
        if let Some(wheel) = WheelName::parse(&file)
            && let Ok(version) = Version::from_str(wheel.version)
            && allowed(&version)
        {
            versions.entry(version).or_default().push(wheel.tags());
        }
    }
    let stable = versions.iter().rfind(|(version, _)| version.is_stable());
    let (version, tags) = stable.or_else(|| versions.last_key_value())?;
    Some(PythonError::NoWheel {
        package: requirement.name.to_string(),
        version: version.to_string(),
        tags: tags.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As pip 23.2.1 and 26.3 wrote it, with another host, and fewer links.
    const NO_WHEEL: &str = "\
  Skipping link: none of the wheel's tags (cp312-cp312-macosx_10_13_x86_64) are compatible (run pip debug --verbose to show compatible tags): https://wheels.example/aa/numpy-2.5.5-cp312-cp312-macosx_10_13_x86_64.whl (from https://index.example/simple/numpy/) (requires-python:>=3.12)
  Skipping link: none of the wheel's tags (cp314-cp314-win_amd64) are compatible (run pip debug --verbose to show compatible tags): https://wheels.example/ab/numpy-2.5.5-cp314-cp314-win_amd64.whl#sha256=00 (from https://index.example/simple/numpy/) (requires-python:>=3.12)
  Skipping link: none of the wheel's tags (cp314-cp314-win_amd64) are compatible (run pip debug --verbose to show compatible tags): https://wheels.example/ab/numpy-2.6.0rc1-cp314-cp314-win_amd64.whl (from https://index.example/simple/numpy/) (requires-python:>=3.12)
  Skipping link: none of the wheel's tags (cp310-cp310-win_amd64) are compatible (run pip debug --verbose to show compatible tags): https://wheels.example/ac/numpy-1.9.0-cp310-cp310-win_amd64.whl (from https://index.example/simple/numpy/)
  Skipping link: No sources permitted for numpy: https://wheels.example/4e/numpy-2.5.5.tar.gz (from https://index.example/simple/numpy/) (requires-python:>=3.12)
ERROR: Could not find a version that satisfies the requirement numpy>=1.9 (from versions: none)
ERROR: No matching distribution found for numpy>=1.9
";
    const CONFLICT: &str = "\
ERROR: Cannot install -r requirements.in (line 1) and pydantic-core==2.0 because these package versions have conflicting dependencies.

The conflict is caused by:
    The user requested pydantic-core==2.0
    pydantic 2.14.3 depends on pydantic-core==2.50.4

To fix this you could try to:
1. loosen the range of package versions you've specified
";
    const NO_NETWORK: &str = "\
WARNING: Retrying (Retry(total=1, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPConnection object at 0x7f>: Failed to establish a new connection: [Errno 111] Connection refused')': /simple/six/
ERROR: Could not find a version that satisfies the requirement six (from versions: none)
ERROR: No matching distribution found for six
";

    #[test]
    fn the_newest_version_without_a_usable_wheel_is_named_with_its_tags() {
        let error = no_wheel("numpy>=1.9", NO_WHEEL).unwrap();
        insta::assert_snapshot!(format!(
            "{error}\nhelp: {}",
            miette::Diagnostic::help(&error).unwrap()
        ));
        let old = no_wheel("numpy<2", NO_WHEEL).unwrap();
        assert!(old.to_string().contains("`numpy` 1.9.0"), "{old}");
        assert!(no_wheel("numpy>=99", NO_WHEEL).is_none());
    }

    #[test]
    fn a_sentence_of_pips_is_understood() {
        assert_eq!(not_found(NO_WHEEL), Some("numpy>=1.9"));
        let from = "ERROR: No matching distribution found for numpy>=2 (from pandas)";
        assert_eq!(not_found(from), Some("numpy>=2"));
        let conflict = conflict(CONFLICT).unwrap();
        assert_eq!(
            conflict,
            "The user requested pydantic-core==2.0; pydantic 2.14.3 depends on pydantic-core==2.50.4"
        );
        assert!(network(NO_NETWORK).unwrap().contains("Connection refused"));
        assert_eq!(network(NO_WHEEL), None);
        assert_eq!(unusable("/usr/bin/python3: No module named pip"), Some(""));
        assert!(unusable("no such option: --report").is_some());
        assert_eq!(unusable(NO_WHEEL), None);
    }
}
