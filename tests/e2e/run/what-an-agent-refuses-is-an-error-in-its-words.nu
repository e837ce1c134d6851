use std/assert
use ../../assertions.nu *

let error = assert fails "flow::agent::error" {|| [1] | flow run (guest handlers/refuses) }
$error | assert contains "no order without a customer"
