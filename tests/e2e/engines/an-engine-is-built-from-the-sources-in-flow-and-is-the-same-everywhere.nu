# needs: engine:javascript, clang-19
use std/assert
use ../../assertions.nu *

$env.FLOW_ENGINES = $env.PWD | path join engines
let made = flow toolchain install javascript | first
assert equal $made.ok true
assert ($made.origin starts-with "built from the sources in flow") $made.origin
# Made elsewhere by the script, of the same sources.
let elsewhere = open --raw ($env.FLOW_TOOLS | path join engines javascript.wasm) | hash sha256
assert equal $made.digest $"sha256:($elsewhere)"
"export default (n) => n + 1" | save more.js
assert equal ([1] | flow run more.js) [2]
