use std/assert
use ../../assertions.nu *

let error = assert fails "flow::agent::status" {|| flow run (guest commands/fails) }
$error | assert contains "the ledger is closed"
$error | assert contains "status 3"
