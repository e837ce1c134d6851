use std/assert
use ../../assertions.nu *

mkdir shop/src/deep shop/.git other
let root = $env.PWD
cd shop/src/deep
flow memory set orders a 1
assert equal (flow memory stats | select path scope) { path: ($root | path join shop/.flow/memory.db), scope: project }
assert not (".flow" | path exists)
# A folder that git ignores by itself.
assert equal (open --raw ($root | path join shop/.flow/.gitignore) | str trim) "*"
cd $root
cd shop
assert equal (flow memory get orders a) 1

# Outside of projects it is the global one, wherever one is.
cd $root
cd other
assert equal (flow memory get orders a) null
flow memory set orders a 2
assert equal (flow memory stats | select path scope) { path: ($env.FLOW_DATA_DIR | path join memory.db), scope: global }
cd $root
cd shop
assert equal [(flow memory get orders a) (flow memory get orders a --global) (flow memory get -g orders a)] [1 2 2]
assert equal (flow memory list -g | get value) [2]
assert equal (flow memory delete -g orders a | get deleted) [true]
assert equal (flow memory get orders a) 1

# The environment of Nushell says where, not that of the plugin's start.
$env.FLOW_DATA_DIR = $root | path join elsewhere
flow memory set --global orders b 3
assert (($root | path join elsewhere/memory.db) | path exists)
$env.FLOW_DATA_DIR = "elsewhere"
assert fails "flow::environment::relative" {|| flow memory get --global orders b }

# It is a database that any tool reads.
cd $root
let rows = open shop/.flow/memory.db | query db "select namespace, key, value from memory"
assert equal $rows [[namespace key value]; [orders a "1"]]

# A file that was taken away is not written on in secret.
rm --recursive shop/.flow
cd shop
assert equal (flow memory get orders a) null
flow memory set orders c 4
assert equal (open .flow/memory.db | query db "select key from memory" | get key) [c]
