use std/assert
use ../../assertions.nu *

flow new rust typo
"[limits]\ntimeoot = \"2sec\"\n" | save --force typo/agent.toml
let error = assert fails "flow::manifest::unknown_key" {|| [1] | flow run typo }
$error | assert contains "timeoot"
$error | assert contains "`timeout`"
