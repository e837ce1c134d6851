use std/assert
use ../../assertions.nu *

let shop = guest rust/typed
failure {|| flow call $shop larger huge } | to json | assert contains "medium"
failure {|| flow call $shop total [[name price count size]; [tea 4.5 2 small] [pot dear 1 small]] } | to json | assert contains "items.1.price"
failure {|| flow call $shop total [[name price count size]; [tea 4.5 -2 small]] } | to json | assert contains "items.0.count"
failure {|| flow call $shop widen 256 0 0 0 0 0 true 0.0 } | to json | assert contains "256"
failure {|| flow call $shop same-payment { cheque: "1" } } | to json | assert contains "card"
failure {|| flow call $shop greet } | to json | assert contains "name: string"
failure {|| flow call $shop gret Zoë } | to json | assert contains "greet"
# No int holds the largest u64, and it must not turn into -1.
failure {|| flow call $shop largest } | to json | assert contains "18446744073709551615"
