# needs: jaq.wasm
use std/assert
use ../../assertions.nu *

let jaq = $env.FLOW_TOOLS | path join wasi/bin/jaq.wasm
let results = [{ a: 1 } { a: 20 }] | flow run $jaq -- -c "{double: (.a * 2)}"
assert equal $results [[double]; [2] [40]]
assert equal ("[3,1,2]" | flow run $jaq --input text --output text -- -c sort | collect | str trim) "[1,2,3]"
# Its own complaint, and its own exit status.
assert fails "flow::agent::status" {|| "x" | flow run $jaq --input text -- "." }
