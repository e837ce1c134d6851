use std/assert
use ../../assertions.nu *

# A project with a devcontainer of its own, so that the image is one that is there.
mkdir project/.devcontainer
let image = $env.FLOW_TEST_IMAGE? | default "debian:bookworm"
{ name: case, image: $image, remoteUser: root } | save project/.devcontainer/devcontainer.json
flow new rust project
let name = $"e2e-(random int 100000..999999)"

let made = flow provision rust 2 --provider devpod --name $name --from project
assert equal ($made | select provider language state toolchain error | uniq) [
    { provider: devpod, language: rust, state: running, toolchain: cargo, error: null }
]
assert equal $made.id [$"($name)-1" $"($name)-2"]
assert equal ($made.0.version | split row "." | length) 3
assert equal ($made.0.duration | describe) "duration"
assert equal ($made.0.created | describe) "datetime"
assert equal (flow workspace list | get id) $made.id
assert equal (flow workspace exec $made.id.0 -- sh -c "echo told >&2; exit 3" | select exit_code stderr) {
    exit_code: 3, stderr: "told\n"
}

let built = $made | flow build
assert ($built | all {|row| $row.ok }) ($built | to json)
let digest = $"sha256:(open --raw $built.0.path | hash sha256)"
assert equal $built.0.digest $digest "the artifact came out as it was inside"
let order = open ($env.FLOW_TESTS | path join data/orders.json) | first
let packed = $built | flow eval [$order]
assert equal $packed.output.0.0.id $order.id
assert ($made | flow build | all {|row| $row.cached }) "built again although nothing changed"

# What is edited here is what is built there.
"this is no Rust" | save --append ($made.0.path | path join src/lib.rs)
let broken = [$made.0] | flow build --keep-going
assert equal $broken.0.messages.0.file "src/lib.rs"

assert equal ($made | flow workspace stop | get state | uniq) [stopped]
assert equal ($made | flow workspace start | get state | uniq) [running]
assert ("stopped" in (flow workspace logs $made.id.0 | get message))
assert fails "flow::workspace::modified" {|| flow workspace delete $made.id.0 } | assert contains "src/lib.rs"
assert equal ($made | flow workspace delete --force | get deleted) [true true]
assert equal (flow workspace list) []
assert not ($env.HOME | path join .ssh | path exists) "DevPod wrote the user's ssh config"
