use std/assert
use ../../assertions.nu *

# rustup and cargo are ours: the real ones would need a network.
mkdir bin
def program [name: string, script: string] {
    $"#!/bin/sh\n($script)\n" | save --force $"bin/($name)"
    chmod +x $"bin/($name)"
}
let added = "added" | path expand
program rustc ('case "$*" in
--version) echo "rustc 1.95.0 (x 2026-01-01)";;
*wasm32-wasip1*) test -e ADDED || { echo "error[E0463]: no crate for std" >&2; exit 1; };;
esac' | str replace ADDED $added)
program rustup ('test "$1" = --version && echo "rustup 1.28.2" && exit
test "$*" = "target add wasm32-wasip1" && touch ADDED' | str replace ADDED $added)
program cargo 'test "$1" = --version && echo "cargo 1.95.0" && exit
echo "error: failed to download from the index" >&2; exit 101'
# The plugin sees the PATH with which its Nushell began: a second one runs the rest.
if "FLOW_SECOND" not-in $env {
    let path = [("bin" | path expand) /usr/bin /bin]
    let arguments = [--no-config-file --error-style plain --plugins $env.FLOW_PLUGIN $env.CURRENT_FILE]
    let ran = with-env { FLOW_SECOND: 1, PATH: $path } { ^$nu.current-exe ...$arguments | complete }
    assert equal $ran.exit_code 0 $"($ran.stderr)($ran.stdout)"
    exit
}

$env.FLOW_CACHE_DIR = "cache" | path expand
$env.FLOW_DATA_DIR = "data" | path expand
mkdir cache/code-v1
chmod 755 cache/code-v1
chmod 500 cache

let before = flow doctor cache workspaces
assert equal $before.state [broken broken missing]
$before.0.found | assert contains "mode 500"
$before.1.found | assert contains "others may enter it"
assert ("fixed" not-in ($before | columns))

let mended = flow doctor cache workspaces --fix
assert equal ($mended.ok | uniq) [true]
$mended.0.fixed | assert contains "work/cache` writable"
$mended | last | get fixed | assert contains "created"
assert equal (ls --long --all cache | where name =~ code-v1 | get mode) ["rwx------"]
# There is nothing left to do.
assert equal (flow doctor cache workspaces --fix | get fixed | uniq) [null]

# A missing target is added; what cannot be installed says why.
let rust = flow doctor rust
assert equal ($rust | where tool == wasm32-wasip1 | get 0 | select state mend) {
    state: missing, mend: "`rustup target add wasm32-wasip1`"
}
let rust = flow doctor rust --fix
assert equal ($rust | where tool == wasm32-wasip1 | get 0 | select ok fixed) {
    ok: true, fixed: "ran `rustup target add wasm32-wasip1`"
}
let tool = $rust | where tool == wasm-pack | get 0
assert equal $tool.ok false
$tool.fixed | assert contains "failed to download from the index"

# The same by name.
let tools = flow toolchain list
assert equal ($tools.toolchain | uniq) [rust python javascript nushell]
assert equal ($tools | where tool == wasm32-wasip2 | get 0 | select installed ok) { installed: true, ok: true }
assert equal (flow toolchain install wasm32-wasip1 | get done) ["was there already"]
rm added
assert equal (flow toolchain install wasm32-wasip1 | get done) ["ran `rustup target add wasm32-wasip1`"]
assert fails "flow::doctor::command" {|| flow toolchain install wasm-pack } | assert contains "cargo install wasm-pack"
assert equal (flow toolchain remove wasm-pack | get done) ["was not there"]
assert fails "flow::doctor::command" {|| flow toolchain remove wasm32-wasip1 } | assert contains "target remove"
assert fails "flow::toolchain::unknown" {|| flow toolchain install wasm32-wasip3 } | assert contains "write `wasm32-wasip"
assert fails "flow::toolchain::input" {|| flow toolchain remove } | assert contains "no tool is named"
