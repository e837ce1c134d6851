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
