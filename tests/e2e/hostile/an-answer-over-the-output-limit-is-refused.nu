use std/assert
use ../../assertions.nu *

assert survives {||
    assert fails "flow::agent::output" {|| [1] | flow run (guest handlers/answers-everything) }
}
