use std/assert
use ../../assertions.nu *

let shop = guest rust/typed
for export in [pay "shop#pay" "flow:tests/shop#pay" "flow:tests/shop@0.1.0#pay"] {
    assert equal (flow call $shop $export 2 cash) "2 in cash"
}
assert fails "flow::runtime::no_function" {|| flow call $shop "desk#pay" 2 cash }
# The closure's input is none of the call's.
assert equal ([1 2] | each {|amount| flow call $shop pay $amount cash }) ["1 in cash" "2 in cash"]
