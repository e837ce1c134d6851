use std/assert
use ../../assertions.nu *

let shop = guest rust/typed
assert equal (flow call $shop pay 12 cash) "12 in cash"
assert equal (flow call $shop pay 12 { transfer: ["DE02" 17] }) "12 to DE02, reference 17"
assert fails "flow::call::err" {|| flow call $shop pay 0 cash } | assert contains "nothing to pay"
assert fails "flow::call::err" {|| flow call $shop fail }
