//! What `pip install --report` writes.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::python::{
    error::PythonError,
    lock::{Lock, Locked, Source, normalised},
    wheel::{WheelName, file_of},
};

/// Why a report gives no lock.
#[derive(Debug)]
pub(super) enum ReportProblem {
    /// This pip cannot be used, for a reason that follows its name.
    Unusable(String),
    Refused(PythonError),
}

#[derive(Deserialize)]
struct Report {
    #[serde(default)]
    environment: BTreeMap<String, String>,
    install: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    metadata: Metadata,
    download_info: DownloadInfo,
}

#[derive(Deserialize)]
struct Metadata {
    name: String,
    version: String,
}

#[derive(Deserialize)]
struct DownloadInfo {
    url: String,
    #[serde(default)]
    archive_info: ArchiveInfo,
}

#[derive(Default, Deserialize)]
struct ArchiveInfo {
    /// `sha256=…`, all that older versions have.
    hash: Option<String>,
    #[serde(default)]
    hashes: BTreeMap<String, String>,
}

/// Reads a report as a lock.
pub(super) fn read(text: &str) -> Result<Lock, ReportProblem> {
    let report: Report = serde_json::from_str(text)
        .map_err(|error| ReportProblem::Unusable(format!("writes no report: {error}")))?;
    // A Python that was told to ignore its environment has not read ours.
    if report.environment.get("sys_platform").map(String::as_str) != Some("emscripten") {
        return Err(ReportProblem::Unusable(
            "resolves for its own machine only".to_owned(),
        ));
    }
    let packages = report.install.iter().map(locked);
    let mut packages = packages.collect::<Result<Vec<_>, _>>()?;
    packages.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Lock { packages })
}

fn locked(item: &Item) -> Result<Locked, ReportProblem> {
    let url = item.download_info.url.split('#').next().unwrap_or_default();
    let (wheel, archive) = (file_of(url), &item.download_info.archive_info);
    let parsed = WheelName::parse(&wheel);
    if parsed.as_ref().and_then(WheelName::rank).is_none() {
        return Err(ReportProblem::Refused(PythonError::NoWheel {
            package: item.metadata.name.clone(),
            version: item.metadata.version.clone(),
            tags: parsed.iter().map(WheelName::tags).collect(),
        }));
    }
    let old = || archive.hash.as_deref()?.strip_prefix("sha256=");
    let hex = archive.hashes.get("sha256").map(String::as_str);
    let digest = hex.or_else(old).and_then(|hex| hex.parse().ok());
    Ok(Locked {
        name: normalised(&item.metadata.name),
        version: item.metadata.version.clone(),
        source: Source::Url(url.to_owned()),
        digest: digest.ok_or_else(|| {
            ReportProblem::Unusable(format!("reports no `sha256` digest of `{wheel}`"))
        })?,
        wheel,
        size: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "e6da138a1ecc1341c8b788a5ee822670b03788e1f5decf7af9d461de6e508b8e";

    /// The form of pip 23.2's report, with another host, and less metadata.
    fn report(platform: &str, file: &str, hashes: &str) -> String {
        format!(
            r#"{{"version": "1", "pip_version": "23.2.1", "install": [{{
                "download_info": {{"url": "https://wheels.example/c6/{file}", "archive_info": {{{hashes}}}}},
                "is_direct": false, "requested": true,
                "metadata": {{"metadata_version": "2.1", "name": "pydantic_core", "version": "2.50.4"}}
            }}], "environment": {{"sys_platform": "{platform}", "python_version": "3.14"}}}}"#
        )
    }

    const WHEEL: &str = "pydantic_core-2.50.4-cp314-cp314-pyemscripten_2026_0_wasm32.whl";

    #[test]
    fn a_report_is_a_lock() {
        for hashes in [
            format!(r#""hash": "sha256={HEX}", "hashes": {{"sha256": "{HEX}"}}"#),
            format!(r#""hash": "sha256={HEX}""#),
        ] {
            let lock = read(&report("emscripten", WHEEL, &hashes)).unwrap();
            assert_eq!(
                lock.packages,
                [Locked {
                    name: "pydantic-core".to_owned(),
                    version: "2.50.4".to_owned(),
                    wheel: WHEEL.to_owned(),
                    source: Source::Url(format!("https://wheels.example/c6/{WHEEL}")),
                    digest: HEX.parse().unwrap(),
                    size: None,
                }]
            );
        }
    }

    #[test]
    fn a_report_that_is_for_another_machine_or_says_too_little_is_none() {
        let unusable = |text: &str| match read(text).unwrap_err() {
            ReportProblem::Unusable(reason) => reason,
            ReportProblem::Refused(error) => panic!("{error:?}"),
        };
        let host = unusable(&report("linux", WHEEL, ""));
        assert_eq!(host, "resolves for its own machine only");
        let digest = unusable(&report("emscripten", WHEEL, ""));
        assert!(digest.starts_with("reports no `sha256`"), "{digest}");
        assert!(unusable("{").starts_with("writes no report"));
        let source = read(&report("emscripten", "pydantic_core-2.50.4.tar.gz", "")).unwrap_err();
        assert!(matches!(
            source,
            ReportProblem::Refused(PythonError::NoWheel { .. })
        ));
    }
}
