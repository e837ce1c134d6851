use std/assert
use ../../assertions.nu *

assert fails "flow::new::language" {|| flow provision rsut } | assert contains "`rust`"
for count in [0 101 -1] {
    assert fails "flow::workspace::count" {|| flow provision rust $count } | assert contains "1 to 100"
}
assert fails "flow::workspace::invalid_id" {|| flow provision rust --name Orders } | assert contains "this name"
assert fails "flow::provision::provider" {|| flow provision rust --provider devpod } | assert contains "this version"
assert fails "flow::provision::provider" {|| flow provision rust --provider locla } | assert contains "`local`"
assert equal (flow workspace list) [] "something was made"

flow provision rust
assert fails "flow::workspace::not_found" {|| flow workspace status rust-2 } | assert contains "`rust-1`"
# Nothing is deleted where one of the ids is wrong.
failure {|| flow workspace delete rust-1 nowhere }
assert equal (flow workspace list | get id) [rust-1]
assert fails "flow::process::not_found" {|| flow workspace exec rust-1 -- no-such-program } | assert contains "no-such-program"
assert fails "flow::workspace::program" {|| flow workspace exec rust-1 } | assert contains "--"
