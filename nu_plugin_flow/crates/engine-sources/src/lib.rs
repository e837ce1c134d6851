//! The sources of the engines and the script that builds them, as they are in the
//! repository, where they are developed and tested.
//!
//! Only the plugin links this crate and hands the sources to whoever builds an
//! engine, so that a changed line of an engine recompiles nothing below the plugin.

// `SOURCES`: for each engine the paths of its files in the repository, and their texts.
include!(concat!(env!("OUT_DIR"), "/engine-sources.rs"));

/// What the engine called `name` is built of: paths in the repository, and texts;
/// nothing where there is no such engine.
pub fn of(name: &str) -> &'static [(&'static str, &'static str)] {
    let found = SOURCES.iter().find(|(engine, _)| *engine == name);
    found.map_or(&[], |(_, files)| *files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_comes_with_its_project_its_contract_and_its_script() {
        for name in ["javascript", "nushell"] {
            let paths: Vec<_> = of(name).iter().map(|(path, _)| *path).collect();
            let own = format!("wasm-toolchains/{name}/engine/Cargo.toml");
            for path in [
                own.as_str(),
                "wasm-toolchains/wit/engine/engine.wit",
                "scripts/build-engines.sh",
            ] {
                assert!(paths.contains(&path), "{name} lacks {path}: {paths:?}");
            }
            assert!(paths.iter().all(|path| !path.contains("/target/")));
        }
        assert!(of("cobol").is_empty());
    }
}
