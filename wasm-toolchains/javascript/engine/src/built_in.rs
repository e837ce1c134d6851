//! The modules that are part of the engine.

/// Each module's name and source. Names that begin with `flow:` are for the engine itself.
pub(crate) const MODULES: &[(&str, &str)] = &[
    ("flow", include_str!("../../sdk/flow.js")),
    ("flow:inspect", include_str!("js/inspect.js")),
    ("flow:console", include_str!("js/console.js")),
    ("flow:encoding", include_str!("js/encoding.js")),
    ("flow:timers", include_str!("js/timers.js")),
    ("flow:clone", include_str!("js/clone.js")),
    ("flow:events", include_str!("js/event_target.js")),
    ("flow:nothing", ""),
    ("flow:records", include_str!("js/records.js")),
    ("flow:start", include_str!("js/start.js")),
    ("node:assert", include_str!("js/assert.js")),
    (
        "node:assert/strict",
        r#"export * from "node:assert"; export { default } from "node:assert";"#,
    ),
    ("node:buffer", include_str!("js/buffer.js")),
    ("node:crypto", include_str!("js/crypto.js")),
    ("node:events", include_str!("js/events.js")),
    ("node:fs", include_str!("js/fs.js")),
    ("node:fs/promises", include_str!("js/fs_promises.js")),
    ("node:os", include_str!("js/os.js")),
    ("node:path", include_str!("js/path.js")),
    (
        "node:path/posix",
        r#"export * from "node:path"; export { default } from "node:path";"#,
    ),
    (
        "node:perf_hooks",
        "export const performance = globalThis.performance; export default { performance };",
    ),
    ("node:process", include_str!("js/process.js")),
    ("node:readline", include_str!("js/readline.js")),
    ("node:timers", include_str!("js/node_timers.js")),
    (
        "node:timers/promises",
        include_str!("js/timers_promises.js"),
    ),
    ("node:url", include_str!("js/url.js")),
    ("node:util", include_str!("js/node_util.js")),
];

/// The module that a program imports as `name`, with or without `node:`.
pub(crate) fn find(name: &str) -> Option<(&'static str, &'static str)> {
    let is_called = |known: &str| known == name || known.strip_prefix("node:") == Some(name);
    MODULES.iter().find(|(known, _)| is_called(known)).copied()
}
