use std::path::Path;

use wit_parser::{Resolve, UnresolvedPackageGroup, WorldId};

const AGENT: &str = include_str!("../../../../wasm-toolchains/wit/agent.wit");
const ENGINE: &str = include_str!("../../../../wasm-toolchains/wit/engine/engine.wit");
const COMMAND_LINE: &str = include_str!("../../../../wasm-toolchains/wit/engine/deps/wasi-cli.wit");

const HANDLE: &str = "flow:agent/handler@0.1.0#handle";
const RUN: &str = "wasi:cli/run@0.2.6#run";

/// What a component imports and exports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum World {
    /// `flow:agent/agent`: a handler.
    Agent,
    /// `flow:engine/engine`: an interpreter, to which sources are handed.
    Engine,
    /// `flow:engine/handler-agent`: an interpreter with a handler in it.
    HandlerAgent,
    /// `flow:engine/command-agent`: an interpreter with a program in it.
    CommandAgent,
}

impl World {
    /// Its name, with the package's.
    pub fn name(self) -> &'static str {
        match self {
            World::Agent => "flow:agent/agent",
            World::Engine => "flow:engine/engine",
            World::HandlerAgent => "flow:engine/handler-agent",
            World::CommandAgent => "flow:engine/command-agent",
        }
    }

    /// The functions that a module exports for it, by their names in the canonical ABI.
    pub fn exports(self) -> &'static [&'static str] {
        match self {
            World::Agent | World::HandlerAgent => &[HANDLE],
            World::CommandAgent => &[RUN],
            World::Engine => &[
                HANDLE,
                RUN,
                "flow:engine/program@0.1.0#analyse",
                "flow:engine/program@0.1.0#load",
                "flow:engine/program@0.1.0#vocabulary",
            ],
        }
    }

    /// The interfaces of all packages, and this world among them.
    pub(crate) fn resolve(self) -> Result<(Resolve, WorldId), String> {
        let mut resolve = Resolve::default();
        let mut packages = Vec::new();
        for (path, text) in [
            ("agent.wit", AGENT),
            ("wasi-cli.wit", COMMAND_LINE),
            ("engine.wit", ENGINE),
        ] {
            let group = UnresolvedPackageGroup::parse(Path::new(path), text);
            let group = group.map_err(|(_, error)| error.to_string())?;
            packages.push(
                resolve
                    .push_group(group)
                    .map_err(|error| error.to_string())?,
            );
        }
        let (package, name) = self.name().split_once('/').unwrap_or_default();
        let world = resolve.worlds.iter().find(|(_, world)| {
            let of = world.package.and_then(|id| resolve.packages.get(id));
            world.name == name
                && of.is_some_and(|of| format!("{}:{}", of.name.namespace, of.name.name) == package)
        });
        let world = world.map(|(id, _)| id);
        Ok((
            resolve,
            world.ok_or_else(|| format!("no world `{}`", self.name()))?,
        ))
    }
}
