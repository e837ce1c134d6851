# needs: go
# The TinyGo here is a double that says what TinyGo says, as recorded.
use std/assert
use ../../assertions.nu *

mkdir bin
let double = open --raw ($env.FLOW_TESTS | path join tinygo-double tinygo)
# What the double is like from now on.
def become [from: string, to: string] {
    $double | str replace $from $to | save --force bin/tinygo
    chmod +x bin/tinygo
}
# Runs `script` with a plugin of its own, as one finds its programs where it began.
def plugged [script: string]: nothing -> record {
    let path = $env.PATH | where {|folder| not ($folder | path join tinygo | path exists) } | prepend ("bin" | path expand)
    with-env { PATH: $path } {
        ^$nu.current-exe --no-config-file --error-style plain --plugins $env.FLOW_PLUGIN -c $script | complete
    }
}
def built []: nothing -> record { plugged "flow build packing | first | to json" | get stdout | from json }
def packed []: nothing -> int {
    plugged $"open ($env.FLOW_TESTS)/data/orders.json | first 3 | flow run packing | length" | get stdout | into int
}

flow new go packing | ignore
let row = built
assert equal $row.tool "go"
assert equal $row.reason "TinyGo cannot build: it is not installed"

become "" ""
let row = built
assert equal ($row | select tool version reason) {
    tool: "tinygo", version: "0.39.0", reason: "TinyGo is installed and can build for wasip1"
}
assert equal (packed) 3

become "refuses=''" "refuses='requires go version 1.19 through 1.23, got go1.26'"
let row = built
assert equal ($row | select tool reason) {
    tool: "go", reason: "TinyGo cannot build: requires go version 1.19 through 1.23, got go1.26"
}
assert equal (packed) 3
# The same is shown among what the tools say.
plugged "flow build packing --verbose | ignore" | get stderr | assert contains "TinyGo cannot build: requires go version 1.19 through 1.23, got go1.26"

open --raw packing/agent.toml | str replace 'compiler = "auto"' 'compiler = "tinygo"' | save --force packing/agent.toml
let refused = plugged "flow build packing" | get stderr
$refused | assert contains "flow::build::unusable_tool"
$refused | assert contains "requires go version 1.19 through 1.23"

# One that leaves the exports out and says nothing is found out. (What another one built is kept.)
become "drops_exports=''" "drops_exports=yes"
$"\n// (random uuid)\n" | save --append packing/main.go
let refused = plugged "flow build packing" | get stderr
$refused | assert contains "flow::build::not_an_agent"
$refused | assert contains "flow:agent/handler@0.1.0#handle"
