use std/assert
use ../../assertions.nu *

# A machine without TinyGo and uv, whose Docker has no engine and whose Go knows no wasm.
mkdir bin
def program [name: string, script: string] {
    $"#!/bin/sh\n($script)\n" | save --force $"bin/($name)"
    chmod +x $"bin/($name)"
}
program docker 'test "$1" = --version && echo "Docker version 28.2.2, build x" && exit
echo "Cannot connect to the Docker daemon at unix:///var/run/docker.sock." >&2; exit 1'
program go 'test "$1" = version && echo "go version go1.26.6 linux/amd64" && exit
echo "unsupported GOOS/GOARCH pair wasip1/wasm" >&2; exit 1'
program devpod 'test "$1" = version && printf v0.5.20'
# The plugin sees the PATH with which its Nushell began: a second one runs the rest.
if "FLOW_SECOND" not-in $env {
    let path = [("bin" | path expand) /usr/bin /bin]
    let arguments = [--no-config-file --error-style plain --plugins $env.FLOW_PLUGIN $env.CURRENT_FILE]
    let ran = with-env { FLOW_SECOND: 1, PATH: $path, FLOW_DEVPOD: ("bin/devpod" | path expand) } { ^$nu.current-exe ...$arguments | complete }
    assert equal $ran.exit_code 0 $"($ran.stderr)($ran.stdout)"
    exit
}

let rows = flow doctor
assert equal ($rows.check | uniq) [
    nushell engine cache workspaces rust go python javascript containers deploy
]
for row in $rows {
    assert equal $row.ok ($row.state == good)
    assert ($row.ok or $row.mend != null) $"nothing mends ($row)"
    assert ($row.needed_for != "") $"of no use: ($row)"
}
# What it says to type can be typed.
let advice = $rows.mend | compact | parse --regex '`flow template add (?<template>\w+) --with \[(?<part>\w+)\]`'
assert (($advice | length) > 2)
for one in $advice {
    assert ($one.part in (flow template show $one.template | get parts.name)) $"no part ($one)"
}
let of = {|tool| $rows | where tool == $tool | get 0 }
assert equal (do $of nu | get version ok) [(version | get version) true]
assert equal (do $of "wasmtime in the plugin" | get ok) true
for tool in [tinygo] {
    assert equal (do $of $tool | select state optional) { state: missing, optional: true }
}
assert equal (do $of docker | select version state) { version: "28.2.2", state: broken }
do $of docker | get found | assert contains "Cannot connect to the Docker daemon"
do $of docker | get mend | assert contains "start the engine"
assert equal (do $of go | select version state found) {
    version: "1.26.6", state: broken, found: "unsupported GOOS/GOARCH pair wasip1/wasm"
}
assert equal (do $of devpod | get state) broken
do $of devpod | get found | assert contains "0.5.20"

assert equal (flow doctor go nushell | get check | uniq) [go nushell]
assert fails "flow::doctor::check" {|| flow doctor rusk } | assert contains "write `rust`"
