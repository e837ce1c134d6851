# needs: engine:javascript
use std/assert
use ../../assertions.nu *

$env.FLOW_ENGINES = $env.PWD | path join engines
let core = $env.FLOW_TOOLS | path join engines javascript.wasm

let before = flow toolchain list | where tool == javascript | first
assert equal [$before.installed $before.digest $before.vocabulary] [false null null]
"export default (record) => record" | save echo.js
assert fails "flow::engine::missing" {|| 1 | flow run echo.js }

let made = flow toolchain install javascript --from $core | first
assert ($made.done has installed) $made.done
let listed = flow toolchain list | where tool == javascript | first
assert equal [$listed.installed $listed.ok] [true true]
assert equal $listed.origin $core
assert ($listed.digest starts-with sha256:) $listed.digest
assert ($listed.vocabulary > 20) $"($listed.vocabulary)"
assert equal ([1] | flow run echo.js) [1]

# Another file takes its place, if it is an engine.
"#!/bin/sh" | save no-engine.wasm
assert fails "flow::" {|| flow toolchain install javascript --from no-engine.wasm } | assert contains "no-engine.wasm"
assert equal (flow toolchain list | where tool == javascript | first | get digest) $listed.digest
flow toolchain remove javascript | ignore
assert equal (flow toolchain list | where tool == javascript | first | get installed) false
