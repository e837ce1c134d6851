use std/assert
use ../../assertions.nu *

assert survives {||
    assert fails "flow::agent::table" {|| [1] | flow run (guest handlers/takes-all-table) }
}
