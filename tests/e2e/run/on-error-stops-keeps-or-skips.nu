use std/assert
use ../../assertions.nu *

let agent = guest handlers/loops-on-null
assert equal ([1 null 2] | flow run $agent --timeout 50ms --on-error skip) [1 2]
let kept = [1 null 2] | flow run $agent --timeout 50ms --on-error keep | outcomes
assert equal ($kept | length) 3
assert equal [$kept.0 $kept.2] [1 2]
let stopped = [1 null 2] | flow run $agent --timeout 50ms --on-error stop | outcomes
assert equal ($stopped | length) 2
$stopped | get 1.failed | assert contains "flow::agent::timeout"
