# needs: go
use std/assert
use ../../assertions.nu *

flow new go packing | ignore
assert ([agent.toml go.mod main.go main_test.go README.md .flow/sdk/go/flow.go] | all {|file| $"packing/($file)" | path exists })
let built = flow build packing
assert equal ($built | select agent language ok) [[agent language ok]; [packing go true]]
let orders = open ($env.FLOW_TESTS | path join data/orders.json)
let packed = $orders | flow run packing
assert equal ($packed | length) ($orders | length)
assert equal ($packed.0 | values | each { describe }) [int string int float datetime duration filesize]
let none = [{ id: 1, customer: "Zoë", placed: "2026-11-23T08:30:00Z", items: [], notes: "" }] | flow run packing | outcomes
$none.0.failed | assert contains "order 1 has no items"
let again = flow build packing | first
assert equal $again.cached true
assert ($again.duration < 2sec)

let row = flow inspect packing | first
assert equal ($row | select name kind encoding) { name: packing, kind: handler, encoding: component }
assert equal $row.exports.name [handle]
assert ($row.imports | all {|import| $import.interface starts-with "wasi:" }) "it imports what it does not use"

# Its own tests, and the same program outside of flow.
cd packing
assert equal (^go test ./... | complete | get exit_code) 0
let native = $orders | first 3 | each { to json --raw } | str join "\n" | ^go run . | lines | each { from json }
assert equal $native.units ($packed | first 3).units
assert equal ($native.0.notes | columns) ["$filesize"]
cd ..

let compared = flow provision go 2 --provider local | flow build | flow eval $orders
assert equal ($compared | get ok) [true true]
assert equal ($compared | get records) [200 200]
flow workspace delete ...($compared | get id) --force | ignore
