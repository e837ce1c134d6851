use std/assert
use ../../assertions.nu *

# Ours, from the cache: real machine code, which a user has no business to run.
$env.FLOW_CACHE_DIR = $env.PWD | path join cache
assert equal ([1] | flow run (guest handlers/echo)) [1]
let code = glob cache/**/*.cwasm
assert ($code | is-not-empty) "nothing in the code cache"
cp ($code | first) mine.cwasm
cp ($code | first) disguised.wasm
assert fails "precompiled" {|| [1] | flow run mine.cwasm }
assert fails "precompiled" {|| [1] | flow run disguised.wasm }
assert equal ([2] | flow run (guest handlers/echo)) [2]
