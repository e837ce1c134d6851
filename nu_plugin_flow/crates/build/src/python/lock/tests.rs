use std::path::Path;

use super::*;
use crate::python::requirement::Requirements;

const HEX: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

fn select(text: &str) -> Result<Lock, LockProblem> {
    LockFile::parse(text)?.select(Path::new("/agent"))
}

/// A lock file with one package: the lines after its name.
fn package(lines: &str) -> String {
    format!("lock-version = \"1.0\"\ncreated-by = \"uv\"\n[[packages]]\nname = \"A_b\"\n{lines}")
}

fn wheels(files: &[&str]) -> String {
    let wheels: Vec<_> = files
        .iter()
        .map(|file| {
            format!(
                "{{ url = \"https://wheels.example/{file}\", upload-time = 2026-07-23T20:16:12Z, size = 7, hashes = {{ sha256 = \"{HEX}\" }} }}"
            )
        })
        .collect();
    package(&format!(
        "version = \"1.0\"\nwheels = [{}]",
        wheels.join(", ")
    ))
}

#[test]
fn the_best_wheel_of_each_package_is_taken() {
    let text = wheels(&[
        "a_b-1.0-cp314-cp314-manylinux_2_17_x86_64.whl",
        "a_b-1.0-py3-none-any.whl",
        "a_b-1.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl",
        "a_b-1.0-cp312-abi3-pyemscripten_2026_0_wasm32.whl",
    ]);
    let wheel = "a_b-1.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl";
    assert_eq!(
        select(&text).unwrap().packages,
        [Locked {
            name: "a-b".to_owned(),
            version: "1.0".to_owned(),
            wheel: wheel.to_owned(),
            source: Source::Url(format!("https://wheels.example/{wheel}")),
            digest: HEX.parse().unwrap(),
            size: Some(7),
        }]
    );
}

#[test]
fn a_package_without_a_usable_wheel_is_named_with_its_tags() {
    let text = wheels(&["a_b-1.0-cp314-cp314-win_amd64.whl", "a_b-1.0.tar.gz"]);
    assert_eq!(
        select(&text),
        Err(LockProblem::NoWheel {
            package: "A_b".to_owned(),
            version: "1.0".to_owned(),
            tags: vec!["cp314-cp314-win_amd64".to_owned()],
        })
    );
}

#[test]
fn packages_for_other_machines_are_left_out() {
    let text = package("marker = \"sys_platform == 'win32'\"\nversion = \"1\"");
    assert_eq!(select(&text), Ok(Lock { packages: vec![] }));
}

#[test]
fn a_wheel_may_be_a_file_or_an_archive_by_its_url() {
    let text = package(&format!(
        "wheels = [{{ path = \"wheels/a_b-2-py3-none-any.whl\", hashes = {{ sha256 = \"{HEX}\" }} }}]"
    ));
    let lock = select(&text).unwrap();
    assert_eq!(
        lock.packages[0].source,
        Source::Path("/agent/wheels/a_b-2-py3-none-any.whl".into())
    );
    assert_eq!(lock.packages[0].version, "2");
    let text = package(&format!(
        "archive = {{ url = \"https://wheels.example/a_b-2%2Bx-py3-none-any.whl\", hashes = {{ sha256 = \"{HEX}\" }} }}"
    ));
    assert_eq!(
        select(&text).unwrap().packages[0].wheel,
        "a_b-2+x-py3-none-any.whl"
    );
}

#[test]
fn what_is_no_lock_file_says_why() {
    let no_digest = wheels(&["a_b-1.0-py3-none-any.whl"]).replace("sha256", "md5");
    let twice = wheels(&["a_b-1.0-py3-none-any.whl"]);
    let twice = format!(
        "{twice}\n{}",
        twice.replace("lock-version = \"1.0\"\ncreated-by = \"uv\"\n", "")
    );
    let reports = [
        "lock-version = ",
        "packages = []",
        "lock-version = \"2.0\"",
        &package("marker = \"'x' in extras\""),
        &no_digest,
        &twice,
    ]
    .map(|text| format!("{:?}", select(text).unwrap_err()));
    insta::assert_snapshot!(reports.join("\n"));
}

#[test]
fn what_flow_writes_it_reads_back_and_knows_again() {
    let lock = Lock {
        packages: vec![
            Locked {
                name: "a".to_owned(),
                version: "1.0".to_owned(),
                wheel: "a-1.0-py3-none-any.whl".to_owned(),
                source: Source::Url("https://wheels.example/a-1.0-py3-none-any.whl".to_owned()),
                digest: HEX.parse().unwrap(),
                size: Some(12),
            },
            Locked {
                name: "b".to_owned(),
                version: "2".to_owned(),
                wheel: "b-2-py3-none-any.whl".to_owned(),
                source: Source::Path("/wheels/b \"2\".whl".into()),
                digest: HEX.parse().unwrap(),
                size: None,
            },
        ],
    };
    let requirements = Requirements::parsed(&["a>=1", "b; sys_platform == \"emscripten\""]);
    let text = lock.text(&requirements);
    insta::assert_snapshot!(text);
    let file = LockFile::parse(&text).unwrap();
    assert_eq!(file.select(Path::new("/agent")), Ok(lock));
    assert!(file.is_ours() && file.is_for(&requirements));
    assert!(!file.is_for(&Requirements::parsed(&["a>=1"])));
    let other = text.replace("created-by = \"flow\"", "created-by = \"uv\"");
    assert!(!LockFile::parse(&other).unwrap().is_ours());
}

#[test]
fn a_lock_satisfies_requirements_or_not() {
    let lock = select(&wheels(&["a_b-1.0-py3-none-any.whl"])).unwrap();
    let unmet = |texts: &[&str]| lock.unmet(&Requirements::parsed(texts));
    assert_eq!(unmet(&["a.b>=1"]), None);
    assert_eq!(unmet(&["A-B", "six"]).as_deref(), Some("six"));
    assert_eq!(unmet(&["a-b>=2"]).as_deref(), Some("a-b>=2"));
}

#[test]
fn the_environment_follows_the_wheels() {
    let lock = |file: &str| select(&wheels(&[file])).unwrap();
    let one = lock("a_b-1.0-py3-none-any.whl");
    assert_eq!(one.environment(), one.clone().environment());
    assert_ne!(
        one.environment(),
        lock("a_b-1.0-1-py3-none-any.whl").environment()
    );
}
