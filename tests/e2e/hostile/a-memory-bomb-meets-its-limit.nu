use std/assert
use ../../assertions.nu *

assert survives {||
    let error = assert fails "flow::agent::memory" {|| [1] | flow run (guest handlers/takes-all-memory) --memory 8mb }
    $error | assert contains "--memory"
}
