use std/assert
use ../../assertions.nu *

assert survives {||
    let start = date now
    let results = [1 null 2] | flow run (guest handlers/loops-on-null) --timeout 100ms --on-error keep | outcomes
    let taken = (date now) - $start
    assert equal ($results | get 0) 1
    $results | get 1.failed | assert contains "flow::agent::timeout"
    assert equal ($results | get 2) 2
    assert ($taken >= 100ms) $"it was stopped after ($taken)"
    assert ($taken < 350ms) $"it was stopped only after ($taken)"
}
