use std/assert
use ../../assertions.nu *

let orders = open ($env.FLOW_TESTS | path join data/orders.json)
let workspaces = flow provision rust 3
assert equal ($workspaces | length) 3
assert equal (flow provision rust 3 | length) 3 "provisioning is idempotent"
assert equal (flow workspace list | length) 3

let artifacts = $workspaces | flow build
assert equal ($artifacts | length) 3
let rows = $artifacts | flow eval $orders
assert equal ($rows | length) 3
assert ($rows | all {|row| $row.ok }) ($rows | to json)
assert equal ($rows.output.0 | length) ($orders | length)
let packed = $rows.output.0 | first
let order = $orders | first
assert equal $packed.id $order.id
assert equal $packed.units ($order.items.quantity | math sum)
assert equal ($packed.placed | describe) "datetime"
assert equal ($rows.output | uniq | length) 1 "three builds of one template differ"
