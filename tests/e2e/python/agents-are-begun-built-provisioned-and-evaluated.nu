# needs: pyodide
use std/assert
use ../../assertions.nu *

install python

flow new python packing | ignore
assert ([agent.toml main.py README.md] | all {|file| $"packing/($file)" | path exists })
let built = flow build packing
assert equal ($built | select agent language tool) [[agent language tool]; [packing python pyodide]]
let orders = open ($env.FLOW_TESTS | path join data/orders.json)
let packed = $orders | flow run packing
assert equal ($packed | length) ($orders | length)
assert equal ($packed.0 | values | each { describe }) [int string int float datetime duration filesize]
let none = [{ id: 1, customer: "Zoë", placed: "2026-11-23T08:30:00Z", items: [], notes: "" }] | flow run packing | outcomes
$none.0.failed | assert contains "order 1 has no items"

let row = flow inspect packing | first
assert equal ($row | select name kind encoding) { name: packing, kind: handler, encoding: bundle }
assert ("math" in $row.imports.name)
assert equal $row.exports.name [handle]
assert ("pyodide" in $row.producers.name)

let compared = flow provision python 2 --provider local | flow build | flow eval $orders
assert equal ($compared | get ok) [true true]
assert equal ($compared | get records) [200 200]
flow workspace delete ...($compared | get id) --force | ignore

"def handle(record)
    pass
" | save --force packing/main.py
let problems = flow build packing --keep-going | get 0.messages
assert equal ($problems | select file line column) [[file line column]; [main.py 1 19]]
