use std/assert
use ../../assertions.nu *

let echo = guest handlers/echo
let numbers = 1..2000 | each {|n| $n }
assert equal (1..2000 | flow run $echo --jobs 4) $numbers
assert equal (1..2000 | flow run $echo --jobs 4 --isolate) $numbers
assert equal (1..2000 | flow run $echo --jobs 4 --unordered | sort) $numbers
