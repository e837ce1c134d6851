use std/assert
use ../../assertions.nu *

assert equal (1..3 | flow run (guest handlers/counts)) [1 2 3]
assert equal (1..3 | flow run (guest handlers/counts) --isolate) [1 1 1]
