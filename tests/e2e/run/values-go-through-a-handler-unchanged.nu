use std/assert
use ../../assertions.nu *

let echo = guest handlers/echo
let values = [
    0 -1 9007199254740993 9223372036854775807 -9223372036854775808
    1.5 -0.25 1e300
    "" "ä€🐕" "line\nfeed" "quote \" and \\"
    true false null
    [] [1 [2 [3]]] {} { a: 1, b: { c: [null] }, "with space": "x" }
]
for value in $values {
    let result = [$value] | flow run $echo
    assert equal $result [$value]
    assert equal ($result.0 | describe) ($value | describe)
}
assert equal (1..1000 | flow run $echo | math sum) 500500
assert equal ([] | flow run $echo) []
