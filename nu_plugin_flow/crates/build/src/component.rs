//! Core modules become components; whether a file is an agent, seen from its exports alone.

use std::{fs, path::Path};

use flow_componentize::{Allocation, World, componentize};
use miette::Diagnostic;
use wasmparser::{Encoding, Parser, Payload};

use crate::error::BuildError;

const HANDLER: &str = "flow:agent/handler";
const COMMAND: &str = "wasi:cli/run";

/// Makes the core module in the file a handler's component, in its place.
pub(crate) fn make(path: &Path) -> Result<(), BuildError> {
    let io = |action| move |source| BuildError::io(action, path, source);
    let module = fs::read(path).map_err(io("read"))?;
    let component = componentize(&module, World::Agent, Allocation::Arena).map_err(|error| {
        BuildError::NotAnAgent {
            path: path.to_owned(),
            help: error
                .help()
                .map_or_else(String::new, |help| help.to_string()),
            reason: error.to_string(),
        }
    })?;
    fs::write(path, component).map_err(io("write"))
}

/// Checks that the file is WebAssembly and exports what flow can run: a
/// handler or a command, or at least something that can be called by its types.
pub(crate) fn check(path: &Path) -> Result<(), BuildError> {
    let bytes = fs::read(path).map_err(|source| BuildError::io("read", path, source))?;
    let refuse = |reason: String, help: &str| BuildError::NotAnAgent {
        path: path.to_owned(),
        reason,
        help: help.to_owned(),
    };
    let help = "export a handler with the language's SDK, or write a program that reads stdin";
    match exports(&bytes) {
        Err(error) => Err(refuse(
            format!("not WebAssembly: {}", error.message()),
            "build it again, or name another file",
        )),
        Ok((Encoding::Component, exports))
            if exports
                .iter()
                .any(|name| is(name, HANDLER) || is(name, COMMAND)) =>
        {
            Ok(())
        }
        Ok((Encoding::Component, exports)) if exports.is_empty() => {
            Err(refuse("a component without exports".to_owned(), help))
        }
        // Typed components are run by `flow call`.
        Ok((Encoding::Component, _)) => Ok(()),
        Ok((Encoding::Module, exports)) if exports.iter().any(|name| name == "_start") => Ok(()),
        Ok((Encoding::Module, _)) => Err(refuse("a core module without `_start`".to_owned(), help)),
    }
}

/// Whether `name` is `interface`, of whatever version.
fn is(name: &str, interface: &str) -> bool {
    name.split('@').next() == Some(interface)
}

/// The encoding of the outermost module or component, and its exports.
fn exports(bytes: &[u8]) -> wasmparser::Result<(Encoding, Vec<String>)> {
    let mut depth = 0usize;
    let mut outermost = None;
    let mut exports = Vec::new();
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::Version { encoding, .. } => {
                depth += 1;
                outermost.get_or_insert(encoding);
            }
            Payload::End(_) => depth -= 1,
            Payload::ExportSection(section) if depth == 1 => {
                for export in section {
                    exports.push(export?.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) if depth == 1 => {
                for export in section {
                    exports.push(export?.name.name.to_owned());
                }
            }
            _ => {}
        }
    }
    Ok((outermost.unwrap_or(Encoding::Module), exports))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(bytes: &[u8]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wasm");
        fs::write(&path, bytes).unwrap();
        match check(&path) {
            Ok(()) => "ok".to_owned(),
            Err(BuildError::NotAnAgent { reason, .. }) => reason,
            Err(error) => panic!("{error:?}"),
        }
    }

    fn text(text: &str) -> Vec<u8> {
        wat::parse_str(text).unwrap()
    }

    #[test]
    fn handlers_commands_and_typed_components_are_agents() {
        let interface = |name: &str| {
            text(&format!(
                "(component (instance $i) (export \"{name}\" (instance $i)))"
            ))
        };
        assert_eq!(verdict(&interface("flow:agent/handler@0.1.0")), "ok");
        assert_eq!(verdict(&interface("wasi:cli/run@0.2.3")), "ok");
        assert_eq!(verdict(&interface("example:other/api")), "ok");
        assert_eq!(verdict(&text("(module (func (export \"_start\")))")), "ok");
    }

    #[test]
    fn what_exports_nothing_or_is_no_wasm_is_none() {
        assert_eq!(verdict(&text("(component)")), "a component without exports");
        assert_eq!(
            verdict(&text(
                "(component (core module (func (export \"_start\"))))"
            )),
            "a component without exports"
        );
        assert_eq!(
            verdict(&text("(module (func (export \"run\")))")),
            "a core module without `_start`"
        );
        for bytes in [
            &b""[..],
            b"\0asm",
            b"#!/bin/sh\n",
            text("(component)").get(..7).unwrap(),
        ] {
            assert!(
                verdict(bytes).starts_with("not WebAssembly"),
                "{bytes:?}: {}",
                verdict(bytes)
            );
        }
    }
}
