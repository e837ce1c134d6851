use std/assert
use ../../assertions.nu *

assert fails "flow::agent::no_agent" {|| flow build } | assert contains "flow new rust"
assert equal ([] | flow build) []
assert fails "flow::new::language" {|| flow new rsut score } | assert contains "`rust`"
assert fails "flow::new::language" {|| flow new cobol score } | assert contains "`nushell`"
assert fails "flow::new::name" {|| flow new rust Score } | assert contains "this name"
assert equal (ls) []

let made = flow new rust score
assert equal ($made | select agent language path) { agent: score, language: rust, path: ($env.PWD | path join score) }
assert ($made.files | all {|file| $made.path | path join $file | path exists })
assert fails "flow::new::exists" {|| flow new rust score } | assert contains "score/Cargo.toml"
assert fails "flow::build::unknown_target" {|| flow build score --target wbe } | assert contains "`web`"
assert fails "flow::agent::unknown" {|| flow build scroe } | assert contains "`score`"
assert fails "flow::build::input" {|| [7] | flow build } | assert contains "`path`"
assert fails "flow::build::input" {|| [{ name: score }] | flow build } | assert contains "`path`"
