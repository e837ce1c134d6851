use std/assert
use ../../assertions.nu *

let shop = guest rust/typed
let items = [
    [name price count size notes];
    [tea 4.5 2 small null]
    [pot 30.0 1 extra-large "mind the lid"]
]
assert equal (flow call $shop greet "Zoë") "hello, Zoë"
assert equal (flow call $shop total $items) 39.0
let order = { id: -9223372036854775808, items: $items, wishes: [gift insured] }
let shouted = flow call $shop shout $order
assert equal $shouted.items.name [TEA POT]
assert equal $shouted ($order | update items { update name { str uppercase } })
assert equal (flow call $shop larger small) "medium"
assert equal (flow call $shop larger extra-large) null
assert equal (flow call $shop same-payment cash) "cash"
assert equal (flow call $shop same-payment { card: "1234" }) { card: "1234" }
assert equal (flow call $shop same-payment { transfer: ["DE02" 17] }) { transfer: ["DE02" 17] }
assert equal (flow call $shop ends "äbc€") ["ä" "€"]
assert equal (flow call $shop ends "") null
assert equal (flow call $shop reverse 0x[01 02 ff]) 0x[ff 02 01]
assert equal (flow call $shop widen -- 255 -128 65535 -32768 4294967295 -2147483648 true 2.0) [255 -128 65535 -32768 4294967295 -2147483648 1 2]
assert equal (flow call $shop nothing) null
