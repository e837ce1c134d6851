use std/assert
use ../../assertions.nu *

assert survives {||
    let error = assert fails "flow::agent::trap" {|| [1] | flow run (guest handlers/traps) }
    $error | assert contains "divided by zero"
}
