use std/assert
use ../../assertions.nu *

flow new rust score
failure {|| [1] | flow run scoer } | to json | assert contains "score`"
failure {|| [1] | flow run ./nothing.wasm } | to json | assert contains "nothing.wasm"
mkdir empty
assert fails "flow::agent::" {|| [1] | flow run ./empty }
failure {|| flow new rost other } | to json | assert contains "rust"
