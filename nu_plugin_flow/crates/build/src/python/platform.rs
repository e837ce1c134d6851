//! What Pyodide 314 is to packages: the tags of the wheels that it can load and
//! the values of environment markers.

use std::str::FromStr;

use pep440_rs::Version;
use pep508_rs::{MarkerEnvironment, MarkerEnvironmentBuilder, MarkerTree};

/// The version of CPython in Pyodide 314.
pub const PYTHON: &str = "3.14.2";

/// `3.14`, as options and markers want it.
pub(super) const PYTHON_SERIES: &str = "3.14";

/// Its tag for the interpreter, and for the interpreter's own binary interface.
pub(super) const INTERPRETER: &str = "cp314";

/// Minor version of the newest stable binary interface that it has.
const MINOR: u32 = 14;

/// Platforms whose machine code it loads, best first: the name that PEP 783
/// gives to this interface, the one that Pyodide's own tools gave it before,
/// and the bare compiler's. Earlier years are other interfaces.
pub(super) const PLATFORMS: [&str; 3] = [
    "pyemscripten_2026_0_wasm32",
    "pyodide_2026_0_wasm32",
    "emscripten_5_0_3_wasm32",
];

/// The environment that a lock file of ours is for, as a marker.
pub(super) const ENVIRONMENT: &str =
    "implementation_name == 'cpython' and sys_platform == 'emscripten'";

/// Every marker variable and its value.
pub(super) const MARKERS: [(&str, &str); 11] = [
    ("implementation_name", "cpython"),
    ("implementation_version", PYTHON),
    ("os_name", "posix"),
    ("platform_machine", "wasm32"),
    ("platform_python_implementation", "CPython"),
    ("platform_release", "5.0.3"),
    ("platform_system", "Emscripten"),
    ("platform_version", "#1"),
    ("python_full_version", PYTHON),
    ("python_version", PYTHON_SERIES),
    ("sys_platform", "emscripten"),
];

/// Names this Pyodide in a lock file of flow's.
pub(crate) fn tag() -> String {
    let platform = PLATFORMS.first().copied().unwrap_or_default();
    format!("{INTERPRETER}-{platform}")
}

/// Whether a requirement or package with this marker is for Pyodide. The
/// caller has named the extras that it wants elsewhere.
pub(super) fn admits(marker: &MarkerTree) -> bool {
    // The values are ours and valid; a test holds that.
    environment().is_some_and(|environment| marker.evaluate(&environment, &[]))
}

/// Whether `specifiers`, of a `requires-python`, admit Pyodide's Python.
pub(super) fn admits_python(specifiers: &pep440_rs::VersionSpecifiers) -> bool {
    Version::from_str(PYTHON).is_ok_and(|version| specifiers.contains(&version))
}

fn environment() -> Option<MarkerEnvironment> {
    let value = |wanted: &str| {
        let found = MARKERS.iter().find(|(name, _)| *name == wanted);
        found.map_or("", |(_, value)| value)
    };
    let builder = MarkerEnvironmentBuilder {
        implementation_name: value("implementation_name"),
        implementation_version: value("implementation_version"),
        os_name: value("os_name"),
        platform_machine: value("platform_machine"),
        platform_python_implementation: value("platform_python_implementation"),
        platform_release: value("platform_release"),
        platform_system: value("platform_system"),
        platform_version: value("platform_version"),
        python_full_version: value("python_full_version"),
        python_version: value("python_version"),
        sys_platform: value("sys_platform"),
    };
    MarkerEnvironment::try_from(builder).ok()
}

/// How well a wheel with these tags suits, 0 best; nothing where Pyodide cannot
/// load it. Each of the three may hold several, divided by dots.
pub(super) fn rank(pythons: &str, abis: &str, platforms: &str) -> Option<u32> {
    let mut best = None;
    for python in pythons.split('.') {
        for abi in abis.split('.') {
            for platform in platforms.split('.') {
                if let Some(rank) = rank_one(python, abi, platform) {
                    best = Some(best.map_or(rank, |best: u32| best.min(rank)));
                }
            }
        }
    }
    best
}

/// Machine code comes before pure Python, the own interface before the stable
/// one, and a newer interface before an older.
fn rank_one(python: &str, abi: &str, platform: &str) -> Option<u32> {
    let place = PLATFORMS.iter().position(|known| *known == platform);
    let code = match (place, platform) {
        (Some(place), _) => u32::try_from(place).ok()?,
        (None, "any") => 1000,
        (None, _) => return None,
    };
    let age = match (python, abi) {
        (INTERPRETER, INTERPRETER) => 0,
        (INTERPRETER, "none") => 100,
        (_, "abi3") => 10 + MINOR.checked_sub(python.strip_prefix("cp3")?.parse().ok()?)?,
        ("py3", "none") => 200,
        (_, "none") => 201 + MINOR.checked_sub(python.strip_prefix("py3")?.parse().ok()?)?,
        _ => return None,
    };
    // Pure Python has no binary interface.
    (code != 1000 || abi == "none").then_some(code * 1000 + age)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marker(text: &str) -> bool {
        admits(&text.parse().unwrap())
    }

    #[test]
    fn markers_have_the_values_of_pyodide() {
        assert!(marker("sys_platform == 'emscripten'"));
        assert!(marker("python_version >= '3.14' and os_name == 'posix'"));
        assert!(marker("platform_machine == 'wasm32'"));
        assert!(marker(ENVIRONMENT));
        assert!(!marker("python_full_version < '3.14'"));
        assert!(!marker(
            "platform_machine == 'x86_64' or sys_platform == 'win32'"
        ));
        assert!(!marker("extra == 'dev'"));
    }

    #[test]
    fn the_best_wheel_is_machine_code_for_this_python() {
        let order = [
            ("cp314", "cp314", "pyemscripten_2026_0_wasm32"),
            ("cp314", "abi3", "pyemscripten_2026_0_wasm32"),
            ("cp39", "abi3", "pyemscripten_2026_0_wasm32"),
            ("cp314", "none", "pyemscripten_2026_0_wasm32"),
            ("py3", "none", "pyemscripten_2026_0_wasm32"),
            ("cp314", "cp314", "pyodide_2026_0_wasm32"),
            ("cp314", "none", "any"),
            ("py2.py3", "none", "any"),
            ("py314", "none", "any"),
            ("py38", "none", "any"),
        ];
        let ranks: Vec<_> = order
            .iter()
            .map(|(python, abi, platform)| rank(python, abi, platform).unwrap())
            .collect();
        assert!(ranks.is_sorted_by(|a, b| a < b), "{ranks:?}");
    }

    #[test]
    fn what_is_for_another_machine_or_python_does_not_suit() {
        for (python, abi, platform) in [
            (
                "cp314",
                "cp314",
                "manylinux_2_17_x86_64.manylinux2014_x86_64",
            ),
            ("cp313", "cp313", "pyemscripten_2026_0_wasm32"),
            ("cp314", "cp314t", "pyemscripten_2026_0_wasm32"),
            ("cp314", "cp314", "pyemscripten_2025_0_wasm32"),
            ("cp315", "abi3", "pyemscripten_2026_0_wasm32"),
            ("cp39", "abi3", "pyodide_2025_0_wasm32"),
            ("py2", "none", "any"),
            ("py315", "none", "any"),
            ("pp310", "none", "any"),
        ] {
            assert_eq!(
                rank(python, abi, platform),
                None,
                "{python}-{abi}-{platform}"
            );
        }
    }
}
