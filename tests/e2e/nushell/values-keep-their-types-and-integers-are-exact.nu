# needs: engine:nushell
use std/assert
use ../../assertions.nu *

"def handle [record: any] { $record }" | save echo.nu
let values = [
    0 -1 9007199254740993 9223372036854775807 -9223372036854775808 1.5 1e300
    "" "ä€🐕" "line\nfeed" true [] [1 [2 null]] {} { a: 1, b: { c: [null] }, "with space": "x" }
]
for value in $values {
    let result = [$value] | flow run echo.nu
    assert equal $result [$value]
    assert equal ($result.0 | describe) ($value | describe)
}

# Nushell's own types are themselves inside, and outside again.
let typed = { at: 2026-01-02T03:04:05+02:00, took: 90sec, size: 2kb, bytes: 0x[ff 00] }
"def handle [r: record<at: datetime, took: duration, size: filesize, bytes: binary>] {
    { kinds: ($r | values | each { describe }), at: ($r.at + 1day), took: ($r.took * 2), size: ($r.size + 1b), bytes: ($r.bytes | bytes reverse) }
}" | save typed.nu
let result = [$typed] | flow run typed.nu --typed | first
assert equal $result.kinds [datetime duration filesize binary]
assert equal ($result | reject kinds) { at: 2026-01-03T03:04:05+02:00, took: 3min, size: 2001b, bytes: 0x[00 ff] }

# None, several, a list as one, and what JSON has not.
"def handle [n: int] {
    match $n {
        0 => null
        1 => ([a null] | flow many)
        2 => [a b]
        3 => { deep: [1 {|x| $x}] }
        4 => { deep: { range: 1..2 } }
        5 => { many: ([1] | flow many) }
        6 => ($n + 9223372036854775807)
        7 => (flow drop)
        8 => { '$emit': [1] }
        9 => [1 inf nan]
    }
}" | save several.nu
assert equal ([0 1] | flow run several.nu) [a null]
let results = 2..9 | flow run several.nu --on-error keep | outcomes
assert equal $results.0 [a b]
$results.1.failed | assert contains "`deep.1`: a closure has no form in JSON"
$results.2.failed | assert contains "`deep.range`: a range has no form in JSON"
$results.3.failed | assert contains "`many`"
$results.4.failed | assert contains "overflow"
assert equal ($results | skip 5) [{ "$emit": [1] } [1.0 null null]]

# Input of another type than the parameter's.
let wrong = [{ at: 1 }] | flow run typed.nu | outcomes
$wrong.0.failed | assert contains "to record<at: datetime"

# Without a parameter the record comes through the pipeline.
"def handle [] { insert twice { $in.n * 2 } }" | save piped.nu
assert equal ([[n]; [1] [2]] | flow run piped.nu) [[n twice]; [1 2] [2 4]]
