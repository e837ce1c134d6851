//! The world of `wit/agent.wit` in the form that a component carries it.

use std::error::Error;
use std::fmt::Write;
use std::path::PathBuf;

use wit_component::StringEncoding;
use wit_parser::Resolve;

const HEADER: &str = "\
//! Generated from `wit/agent.wit` by `cargo run -p flow-agent-bindings`; do not edit.

/// The world `flow:agent/agent`, encoded for the custom section from which the
/// linker learns the component's types.
#[rustfmt::skip]
";

/// The folder `wasm-toolchains/`.
pub fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Where the generated file belongs.
pub fn world_path() -> PathBuf {
    root().join("rust/sdk/src/world.rs")
}

/// The text of `world.rs`, made anew.
pub fn world() -> Result<String, Box<dyn Error>> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path(root().join("wit/agent.wit"))?;
    let world = resolve.select_world(&[package], Some("agent"))?;
    let section = wit_component::metadata::encode(&resolve, world, StringEncoding::UTF8, None)?;
    let mut text = format!("{HEADER}pub const WORLD: [u8; {}] = *b\"", section.len());
    for line in section.chunks(60) {
        text.push_str("\\\n");
        for byte in line {
            match byte {
                b'\\' | b'"' => write!(text, "\\{}", char::from(*byte))?,
                // A space after a line's end would be skipped with the indentation.
                b'!'..=b'~' => text.push(char::from(*byte)),
                _ => write!(text, "\\x{byte:02x}")?,
            }
        }
    }
    text.push_str("\";\n");
    Ok(text)
}

/// Writes `world.rs` into the SDK.
pub fn write_world() -> Result<(), Box<dyn Error>> {
    Ok(std::fs::write(world_path(), world()?)?)
}
