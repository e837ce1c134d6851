use std/assert
use ../../assertions.nu *

assert fails "flow::new::language" {|| flow provision rsut } | assert contains "`rust`"
assert fails "flow::new::language" {|| flow provision ts } | assert contains "`typescript`"
assert fails "flow::new::language" {|| flow provision cobol } | assert contains "nushell"
for count in [0 101 -1] {
    assert fails "flow::workspace::count" {|| flow provision rust $count } | assert contains "1 to 100"
}
assert fails "flow::workspace::invalid_id" {|| flow provision rust --name Orders } | assert contains "this name"
assert fails "flow::devpod::missing" {|| flow provision rust --provider devpod } | assert contains "FLOW_DEVPOD"
assert fails "flow::template::unknown" {|| flow provision rust --template rsut } | assert contains "`rust`"
assert fails "flow::workspace::from" {|| flow provision rust --from nowhere } | assert contains "from here"
assert fails "flow::provision::timeout" {|| flow provision rust --timeout 0sec } | assert contains "10min"
assert fails "flow::provision::provider" {|| flow provision rust --provider locla } | assert contains "`local`"
assert equal (flow workspace list) [] "something was made"

flow provision rust
assert fails "flow::workspace::not_found" {|| flow workspace status rsut-1 } | assert contains "`rust-1`"
# A neighbour is no near miss.
let error = assert fails "flow::workspace::not_found" {|| flow workspace delete rust-2 }
assert not ($error has "`rust-1`")
# Nothing is deleted where one of the ids is wrong.
failure {|| flow workspace delete rust-1 nowhere }
assert equal (flow workspace list | get id) [rust-1]
assert fails "flow::process::not_found" {|| flow workspace exec rust-1 -- no-such-program } | assert contains "no-such-program"
assert fails "flow::workspace::program" {|| flow workspace exec rust-1 } | assert contains "--"
