use std/assert
use ../../assertions.nu *

mkdir .flow
assert equal (flow memory list) []
assert equal (flow memory namespaces) []
assert equal (flow memory stats | select scope namespaces keys size oldest) { scope: project, namespaces: 0, keys: 0, size: 0B, oldest: null }
assert not (".flow/memory.db" | path exists) "reading made a file"

let before = date now
for id in 1..3 { flow memory set orders $"order-($id)" { id: $id, customer: "Zoë Kruger" } }
flow memory set notes/eu today "Zoe was here" --expires-in 1hr
flow memory set notes/eu gone x --expires-in 300ms
sleep 400ms
assert equal (flow memory stats | select keys expired) { keys: 4, expired: 1 }

let all = flow memory list
assert equal ($all | select namespace key) [[namespace key]; [notes/eu today] [orders order-1] [orders order-2] [orders order-3]]
assert equal ($all | columns) [namespace key value size created updated expires]
assert equal $all.value.1 { id: 1, customer: "Zoë Kruger" }
assert equal $all.size.0 ('"Zoe was here"' | str length | into filesize)
assert equal ($all.created.0 | describe) datetime
assert ($all.created.0 >= $before - 1sec and $all.created.0 <= (date now))
assert ($all.expires.0 > (date now) + 59min and $all.expires.0 < (date now) + 61min)
assert equal $all.expires.1 null
assert equal (flow memory list orders | get key) [order-1 order-2 order-3]
assert equal (flow memory list orders --first 2 | get key) [order-1 order-2]
assert equal (flow memory list --first 0) []
assert equal (flow memory list --prefix order-3 | get key) [order-3]
assert equal (flow memory list orders --prefix no) []
assert fails "flow::memory::first" {|| flow memory list --first (-1) }

# created stays when the value changes.
flow memory set orders order-1 { id: 1, customer: "Ráhel" }
let changed = flow memory list orders --first 1 | first
assert equal $changed.created $all.created.1
assert ($changed.updated > $changed.created)

assert equal (flow memory search ZOE | get key) [today]
assert equal (flow memory search zoë orders | get key) [order-2 order-3]
assert equal (flow memory search ORDER-1 | get value.id) [1]
assert equal (flow memory search o --first 2 | length) 2
assert equal (flow memory search nowhere) []

let namespaces = flow memory namespaces
assert equal ($namespaces | select namespace keys) [[namespace keys]; [notes/eu 1] [orders 3]]
assert equal $namespaces.size.1 (flow memory list orders | get size | math sum)
assert equal $namespaces.updated.1 $changed.updated

let stats = flow memory stats
assert equal ($stats | select scope namespaces keys) { scope: project, namespaces: 2, keys: 4 }
assert equal $stats.path ($env.PWD | path join .flow/memory.db)
assert equal $stats.size (flow memory list | get size | math sum)
assert ($stats.file_size > $stats.size)
assert ($stats.oldest <= $stats.newest)
assert ($stats.digest starts-with "sha256:")

assert equal (flow memory delete orders order-1 nothing) [[namespace key deleted]; [orders order-1 true] [orders nothing false]]
assert equal (flow memory list orders --prefix order-3 | flow memory delete | get deleted) [true]
assert equal (flow memory list orders | get key) [order-2]
assert not ((flow memory stats).digest == $stats.digest)
assert fails "flow::memory::delete" {|| flow memory delete orders } | assert contains "flow memory list orders"
assert fails "flow::memory::delete" {|| flow memory delete }
assert fails "flow::memory::delete" {|| [{ key: x }] | flow memory delete } | assert contains "namespace"
# All together or none.
assert fails "flow::store::key" {|| flow memory delete orders order-2 "" }
assert equal (flow memory list orders | get key) [order-2]
