use std/assert
use ../../assertions.nu *

let handler = flow inspect (guest handlers/echo) | to json
$handler | assert contains "flow:agent/handler"
$handler | assert contains "sha256:"
let typed = flow inspect (guest rust/typed) | to json
$typed | assert contains "larger"
$typed | assert contains "option<"
flow inspect (guest commands/reads-path) | to json | assert contains "path_open"
flow inspect (guest components/imports-the-unknown) | to json | assert contains "acme:rockets/launcher"
assert fails "flow::" {|| flow inspect $env.CURRENT_FILE }
assert fails "flow::inspect::nothing" {|| flow inspect }
assert fails "flow::inspect::path" {|| [{ file: "x" }] | flow inspect }

# Cells are native, and so can be filtered and sorted.
let path = guest rust/typed
let row = flow inspect $path | first
assert equal $row.kind typed
assert equal $row.encoding component
assert equal $row.size (ls $path | first | get size)
assert equal $row.digest $"sha256:(open --raw $path | hash sha256)"
assert ($row.memory.minimum >= 64KiB) "a Rust program has at least a page of memory"
assert equal ($row.exports | where name == larger | get 0.interface) "flow:tests/shop@0.1.0"
assert ("rustc" in ($row.producers | where field == processed-by).name) "rustc puts itself down"
assert equal (flow inspect (guest commands/reads-path) | get 0.permissions) [dirs]
assert equal (flow inspect (guest commands/reads-environment) | get 0.permissions) [env]

# Several at once: as arguments, from the table of `flow build`, as texts.
let both = [(guest rust/typed) (guest handlers/echo)]
assert equal (flow inspect ...$both | get kind) [typed handler]
assert equal ($both | wrap path | flow inspect | get name) [typed echo]
assert equal ($both | flow inspect | get name) [typed echo]
assert equal ($both | each {|file| flow inspect $file | get 0.name }) [typed echo]
