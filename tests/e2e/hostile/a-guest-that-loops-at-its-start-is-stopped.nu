use std/assert
use ../../assertions.nu *

assert survives {||
    assert fails "flow::agent::timeout" {|| [1] | flow run (guest handlers/loops-at-start) --timeout 100ms }
}
