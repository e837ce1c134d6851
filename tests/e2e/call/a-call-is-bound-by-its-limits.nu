use std/assert
use ../../assertions.nu *

let shop = guest rust/typed
assert fails "flow::agent::fuel" {|| flow call $shop pay 2 cash --fuel 10 }
assert fails "flow::agent::memory" {|| flow call $shop pay 2 cash --memory 1kb }
assert equal (flow call $shop pay 2 cash --fuel 10_000_000) "2 in cash"
