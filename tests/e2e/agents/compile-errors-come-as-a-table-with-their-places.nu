use std/assert
use ../../assertions.nu *

flow new rust broken
"fn handle(n: i64) -> i64 {\n    n + \"one\"\n}\n\nflow_agent::handler!(handle);\n" | save --force broken/src/lib.rs
let error = failure {|| flow build broken } | to json
$error | assert contains "flow::build::failed"
$error | assert contains "lib.rs:2:7"
