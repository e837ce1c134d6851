use std/assert
use ../../assertions.nu *

assert survives {||
    assert fails "flow::" {|| [1] | flow run (guest handlers/answers-invalid-utf8) }
    assert fails "flow::json::" {|| [1] | flow run (guest handlers/answers-no-json) }
    assert fails "flow::json::" {|| flow run (guest commands/writes-invalid-utf8) }
}
