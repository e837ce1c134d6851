use std/assert
use ../../assertions.nu *

flow new rust first
cd first
# The cache is of all sessions and goes by content: this agent was never built before.
$"\n// (random uuid)\n" | save --append src/lib.rs
let built = flow build
assert equal ($built | length) 1
assert equal $built.0.cached false
assert ($built.0.path | path exists)
let again = flow build
assert equal $again.0.cached true
assert equal $again.0.digest $built.0.digest
"\n// more\n#[cfg(test)]\nconst MORE: u8 = 1;\n" | save --append src/lib.rs
assert equal (flow build).0.cached false
# A second scaffold in its place is refused, and nothing of the first is touched.
cd ..
let before = open --raw first/src/lib.rs
failure {|| flow new rust first }
assert equal (open --raw first/src/lib.rs) $before
