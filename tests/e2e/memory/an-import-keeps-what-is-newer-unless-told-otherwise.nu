use std/assert
use ../../assertions.nu *

mkdir .flow
let past = 2026-01-01T00:00:00Z
def row [key: string, value: any, updated: any, expires?: any] {
    { namespace: a, key: $key, value: $value, created: 2025-01-01T00:00:00Z, updated: $updated, expires: $expires }
}
[(row old 1 $past) (row same 1 $past)] | flow memory import | ignore
flow memory set a new here
let digest = (flow memory stats).digest
let incoming = [
    (row old 2 ($past + 1day))
    (row same 1 $past)
    (row new there $past)
    (row over x $past ($past + 1hr))
    (row added x $past)
    (row "" x $past)
]
# A dry run says the same and writes nothing.
let dry = $incoming | flow memory import --dry-run
assert equal (flow memory stats | get digest) $digest
let report = $incoming | flow memory import
assert equal $dry ($report | update dry_run true)
assert equal ($report | reject skipped) { format: flow, added: 1, replaced: 1, unchanged: 1, dry_run: false }
assert equal ($report.skipped | sort-by key | get key) ["" new over]
$report.skipped | where key == new | get 0.reason | assert contains "newer"
$report.skipped | where key == over | get 0.reason | assert contains "expired"
assert equal (flow memory list a | select key value) [[key value]; [added x] [new here] [old 2]  [same 1]]
assert equal (flow memory list a | where key == old | get 0.updated) ($past + 1day)
let report = $incoming | flow memory import --overwrite
assert equal $report.replaced 1
assert equal (flow memory get a new) there

# Into a memory that is not there, a dry run makes none.
$incoming | flow memory import --dry-run --global | ignore
assert not (($env.FLOW_DATA_DIR | path join memory.db) | path exists)

# What is malformed is said with its place, and nothing of the rest is kept.
let digest = (flow memory stats).digest
let error = assert fails "flow::memory::malformed" {|| [(row z 1 $past) { namespace: a, key: y }] | flow memory import }
$error | assert contains "`value` is missing at `1`"
assert fails "flow::memory::malformed" {|| { orders: 1 } | flow memory import } | assert contains "orders"
assert fails "flow::memory::malformed" {|| [(row z 1 soon)] | flow memory import } | assert contains "0.updated"
assert fails "flow::memory::version" {|| { schema: "flow-memory-export/v2", entries: [] } | flow memory import }
assert fails "flow::memory::value" {|| [(row z 1..3 $past)] | flow memory import } | assert contains "range"
assert equal (flow memory stats | get digest) $digest
