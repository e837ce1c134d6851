//! From imports to the permissions that they can make use of.

use super::item::Item;

/// The keys of `[permissions]` for these imports, in the order of the manifest.
pub(super) fn needed(imports: &[Item]) -> Vec<&'static str> {
    ["dirs", "env", "net", "memory", "agents"]
        .into_iter()
        .filter(|key| imports.iter().any(|item| permission(item) == Some(key)))
        .collect()
}

/// The permission that lets an import do anything. What only handles things
/// that another import opens needs none of its own.
fn permission(item: &Item) -> Option<&'static str> {
    let interface = item.interface.as_deref()?;
    let interface = interface.split('@').next().unwrap_or(interface);
    match (interface, item.name.as_str()) {
        ("wasi:filesystem/preopens", _) => Some("dirs"),
        ("wasi:cli/environment", "get-environment") => Some("env"),
        (
            "wasi:sockets/tcp-create-socket"
            | "wasi:sockets/udp-create-socket"
            | "wasi:sockets/ip-name-lookup"
            | "wasi:http/outgoing-handler",
            _,
        ) => Some("net"),
        ("flow:agent/memory", _) => Some("memory"),
        ("flow:agent/peers", _) => Some("agents"),
        ("wasi_snapshot_preview1" | "wasi_unstable", name) => match name {
            "environ_get" => Some("env"),
            _ if name.starts_with("path_") => Some("dirs"),
            _ if name.starts_with("sock_") => Some("net"),
            _ => None,
        },
        _ => None,
    }
}
