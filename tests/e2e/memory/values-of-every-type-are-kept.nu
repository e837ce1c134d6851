use std/assert
use ../../assertions.nu *

mkdir .flow
let values = [
    0 -1 9007199254740993 9223372036854775807 -9223372036854775808
    1.5 -0.25 1e300 5e-324 1.0
    "" "ä€🐕" "line\nfeed" "quote \" and \\" "null" "5"
    true false null
    2026-11-28T21:00:00.123456789+02:00 90sec -1ns 1.5GB 0x[00 ff] 0x[]
    [] [1 [2 [3]]] {} { a: 1, b: { c: [null 1day] }, "with space": 0x[01] } [[a b]; [1 2kB] [3 4kB]]
]
for value in $values {
    flow memory set types argument $value
    let kept = flow memory get types argument
    assert equal $kept $value
    assert equal ($kept | describe) ($value | describe)
    $value | flow memory set types input
    assert equal (flow memory get types input) $value
}
# What streams in is collected.
1..3 | each {|n| { n: $n } } | flow memory set types stream
assert equal (flow memory get types stream) [[n]; [1] [2] [3]]
[a b] | each {|key| flow memory set types $key $"value of ($key)" }
assert equal (flow memory get types b) "value of b"
^printf "from a program" | flow memory set types bytes
assert equal (flow memory get types bytes) "from a program"
# A key may look like a number, and be one.
flow memory set types 007 bond
let id = [7] | first
flow memory set types $id seven
assert equal [(flow memory get types "007") (flow memory get types "7")] [bond seven]

# What is not there is nothing, or what one says.
assert equal (flow memory get types nowhere) null
assert equal (flow memory get types nowhere --default 5min) 5min
flow memory set types 'null' null
assert equal (flow memory get types 'null' --default 5min) null

# What would not come back is refused, with its place.
failure {|| flow memory set types bad { a: [1 1..3] } } | to json | assert contains "a.1"
assert fails "flow::memory::value" {|| flow memory set types bad {|| 1 } } | assert contains "closure"
assert fails "flow::memory::value" {|| flow memory set types bad NaN } | assert contains "NaN"
assert fails "flow::memory::value" {|| flow memory set types bad { "$datetime": "yesterday" } } | assert contains "reserved"
assert fails "flow::memory::no_value" {|| flow memory set types bad }
assert equal (flow memory get types bad) null
