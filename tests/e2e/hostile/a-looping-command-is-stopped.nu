use std/assert
use ../../assertions.nu *

assert survives {||
    let start = date now
    assert fails "flow::agent::timeout" {|| flow run (guest commands/loops) --timeout 100ms }
    let taken = (date now) - $start
    assert ($taken >= 100ms and $taken < 350ms) $"it was stopped after ($taken)"
}
