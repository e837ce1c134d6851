use std/assert
use ../../assertions.nu *

"a file" | save blocked
$env.FLOW_CACHE_DIR = $env.PWD | path join blocked/cache
let error = assert fails "flow::cache::" {|| [1] | flow run (guest handlers/echo) }
$error | assert contains "FLOW_CACHE_DIR"
assert equal (open --raw blocked) "a file"
