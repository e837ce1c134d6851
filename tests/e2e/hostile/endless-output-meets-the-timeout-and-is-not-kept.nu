use std/assert
use ../../assertions.nu *

# Nobody reads a thousandth of it: the guest waits for its reader.
assert survives {||
    assert equal (flow run (guest commands/writes-forever) | first 3) [1 1 1]
    assert fails "flow::agent::timeout" {|| flow run (guest commands/writes-forever) --timeout 200ms | last }
}
