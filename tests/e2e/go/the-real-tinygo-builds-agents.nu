# needs: go
# wants: tinygo
use std/assert
use ../../assertions.nu *

flow new go packing | ignore
open --raw packing/agent.toml | str replace 'compiler = "auto"' 'compiler = "tinygo"' | save --force packing/agent.toml
let orders = open ($env.FLOW_TESTS | path join data/orders.json)
let row = flow build packing | first
assert equal $row.tool "tinygo"
let packed = $orders | flow run packing
assert equal ($packed | length) ($orders | length)
assert equal ($packed.0 | values | each { describe }) [int string int float datetime duration filesize]
