use std/assert
use ../../assertions.nu *

assert survives {||
    let results = 1..20 | each {|n| if $n mod 5 == 0 { null } else { $n } } | flow run (guest handlers/loops-on-null) --timeout 100ms --jobs 2 --isolate --on-error skip
    assert equal $results (1..20 | where $it mod 5 != 0)
}
