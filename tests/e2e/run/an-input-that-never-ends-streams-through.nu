use std/assert
use ../../assertions.nu *

let results = generate {|n| { out: $n, next: ($n + 1) } } 0 | flow run (guest handlers/echo) | skip 1000 | first 2
assert equal $results [1000 1001]
