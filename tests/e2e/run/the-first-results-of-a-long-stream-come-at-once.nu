use std/assert
use ../../assertions.nu *

[0] | flow run (guest handlers/echo) | ignore # compiled, and the plugin started
[0] | flow run (guest commands/echo) | ignore
let start = date now
assert equal (1..10_000_000 | flow run (guest handlers/echo) | first 3) [1 2 3]
assert equal (1..10_000_000 | flow run (guest handlers/echo) --jobs 2 | first 3) [1 2 3]
assert equal (1..10_000_000 | flow run (guest commands/echo) | first 3) [1 2 3]
let taken = (date now) - $start
assert ($taken < 2sec) $"it took ($taken)"
