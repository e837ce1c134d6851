use std/assert
use ../../assertions.nu *

mkdir .flow
let values = [
    1 1.0 1e300 5e-324 -0.0 9223372036854775807 "" "5" "ä\n\"\\" null true
    2026-11-28T21:00:00.123456789+02:00 90sec 1.5GB 0x[00 ff] []
    {} { "": { a: [[b c]; [1day 2] [3sec null]] } } [{ b: 1, a: 2 } { a: 1, b: 2 }] { "$json": "1" } { "$binaries": 1 }
]
$values | enumerate | each {|it| flow memory set $"types/($it.index mod 3)" $"key ($it.index)" $it.item }
flow memory set types/0 expiring x --expires-in 1day
# Texts that Nushell itself would never write, as agents may.
let texts = ["1e3" "18446744073709551616" '{"$json":"1e3"}' '"\u0061"' '{"$datetime":"2026-11-28T21:00:00Z"}']
let rows = $texts | enumerate | each {|it| { namespace: texts, key: $"($it.index)", value: { "$json": $it.item } } }
assert equal ($rows | flow memory import | reject skipped) { format: flow, added: 5, replaced: 0, unchanged: 0, dry_run: false }
# One that no Nushell value is does not hide the others, and says so where it is asked for.
assert fails "flow::memory::unreadable" {|| flow memory get texts "1" }
assert equal (flow memory list texts --first 1 | get value) [1000.0]
assert fails "flow::memory::unreadable" {|| flow memory list texts | get value }

let digest = (flow memory stats).digest
let count = $values | length | $in + 6
let export = flow memory export
assert equal ($export | select schema count) { schema: "flow-memory-export/v1", count: $count }
assert equal ($export.entries | columns) [namespace key value created updated expires]
assert equal ($export.exported | describe) datetime

# Gone and back, through every format that keeps what JSON has.
$export | save memory.nuon
$export | save memory.json
$export | save memory.msgpack
flow memory export --format ruflo | save ruflo.json
for file in [memory.nuon memory.json memory.msgpack ruflo.json] {
    flow memory list | flow memory delete | ignore
    assert equal (flow memory stats | get keys) 0
    let report = open $file | flow memory import
    assert equal ($report | select added replaced unchanged skipped) { added: $count, replaced: 0, unchanged: 0, skipped: [] } $file
    assert equal (flow memory stats | get digest) $digest $file
    assert equal (open $file | flow memory import | get unchanged) $count $file
}
# Straight into another memory.
let report = $export | flow memory import --global
assert equal $report.added $count
assert equal (flow memory stats --global | get digest) $digest
# Only some namespaces.
assert equal (flow memory export texts | get count) 5
assert equal (flow memory export types/1 texts | get entries.namespace | uniq) [texts types/1]
assert equal (flow memory export nowhere | get count) 0
assert fails "flow::memory::format" {|| flow memory export --format rufl } | assert contains "ruflo"

# Values survive, not just their texts.
for it in ($values | enumerate) {
    assert equal (flow memory get $"types/($it.index mod 3)" $"key ($it.index)") $it.item
}
