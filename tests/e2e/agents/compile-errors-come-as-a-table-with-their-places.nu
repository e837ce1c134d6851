use std/assert
use ../../assertions.nu *

flow new rust broken
"fn handle(n: i64) -> i64 {\n    n + \"one\"\n}\n\nflow_agent::handler!(handle);\n" | save --force broken/src/lib.rs
let error = assert fails "flow::build::compile" {|| flow build broken }
$error | assert contains "src/lib.rs:2:7"
$error | assert contains "--keep-going"

let row = flow build broken --keep-going | first
assert equal $row.ok false
assert equal $row.path null
let message = $row.messages | where level == error | first
assert equal ($message | select file line column) { file: "src/lib.rs", line: 2, column: 7 }
$message.message | assert contains "cannot add"

# Where another one builds, the broken one is a row beside it, and an evaluation goes on.
flow new rust whole
let rows = flow build
assert equal ($rows | select agent ok) [[agent ok]; [broken false] [whole true]]
assert equal ($rows.0 | columns) ($rows.1 | columns)
assert equal ($rows | flow eval (open ($env.FLOW_TESTS | path join data/orders.json)) | get ok) [false true]
