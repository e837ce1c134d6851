use std/assert
use ../../assertions.nu *

assert equal (flow workspace list) []
let made = flow provision rust 2 --name orders
assert equal $made.id [orders-1 orders-2]
assert equal ($made | select language provider toolchain error) (
    1..2 | each { { language: rust, provider: local, toolchain: cargo, error: null } }
)
assert equal ($made.0.created | describe) "datetime"
assert equal ($made.0.duration | describe) "duration"
assert equal (flow workspace list | get id) $made.id
assert equal (flow workspace status orders-1 | get state) "running"
assert equal (flow workspace list | flow workspace status | get path) $made.path

let ran = flow workspace exec orders-1 -- cargo --version
assert equal $ran.exit_code 0
assert ($ran.stdout | str starts-with "cargo 1.") $ran.stdout
assert equal (flow workspace list | flow workspace exec -- sh -c "pwd; exit 3" | select id exit_code stdout) (
    $made | each {|row| { id: $row.id, exit_code: 3, stdout: $"($row.path)\n" } }
)

# Words are words, whatever they look like; there is an input, and Nushell's environment.
assert equal (flow workspace exec orders-1 -- echo true null 1.50 -n [a] | get stdout) "true null 1.50 -n a\n"
assert equal (flow workspace exec orders-1 -- true | get exit_code) 0
assert equal (flow workspace exec orders-1 --input "given" -- cat | get stdout) "given"
assert equal (with-env { SEEN: here } { flow workspace exec orders-1 -- sh -c "echo $SEEN" } | get stdout) "here\n"
assert equal ([orders-1 orders-1] | flow workspace exec -- true | get id) [orders-1]

assert equal (flow workspace stop orders-1 | get state) [stopped]
# Trying the toolchain starts it.
assert equal (flow provision rust 1 --name orders | get state) [running]
flow workspace stop orders-1
assert equal ($made | flow workspace start | get state) [running running]
assert equal (flow workspace logs orders-1 | where source == flow | get message | last 2) [stopped started]

# What would be lost is kept, unless it is forced; what a build leaves is no change.
assert equal ($made | flow build | select id agent ok) [[id agent ok]; [orders-1 orders-1 true] [orders-2 orders-2 true]]
"changed" | save --append ($made.0.path | path join src/lib.rs)
let error = assert fails "flow::workspace::modified" {|| flow workspace delete orders-1 }
$error | assert contains "src/lib.rs"
let deleted = flow workspace list | flow workspace delete
assert equal ($deleted | select id deleted) [[id deleted]; [orders-1 false] [orders-2 true]]
assert (($made.0.path | path join src/lib.rs) | path exists)
assert equal (flow workspace delete orders-1 --force | get deleted) [true]
assert equal (flow workspace list) []
assert not ($made.0.path | path exists)
