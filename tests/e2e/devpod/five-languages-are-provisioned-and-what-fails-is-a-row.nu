# only: double
# needs: engine:nushell
use std/assert
use ../../assertions.nu *

mkdir $env.DEVPOD_HOME
let faults = $env.DEVPOD_HOME | path join faults
for language in [rust python typescript javascript go nushell] {
    let made = try { flow provision $language --provider devpod } catch { [] }
    # Here a toolchain may be missing: then the error says so, and the workspace stands.
    if ($made | is-not-empty) { assert equal ($made | select language provider state) [[language provider state]; [$language devpod running]] }
}
let all = flow workspace list
assert equal ($all.language | sort) [go javascript nushell python rust typescript]
assert equal ($all.state | uniq) [running]
let built = $all | where language == nushell | flow build
assert equal ($built | select language tool) [[language tool]; [nushell nushell]]
$all | flow workspace delete | ignore

"up@three-2 fail 1 no space left on device\n" | save --force $faults
let rows = flow provision rust 3 --name three --provider devpod
assert equal ($rows | select id state) [[id state]; [three-1 running] [three-2 failed] [three-3 running]]
$rows.1.error | assert contains "no space left on device"
assert equal (flow workspace list | get id) [three-1 three-3]
"up fail - Cannot connect to the Docker daemon at unix:///var/run/docker.sock\n" | save --force $faults
assert fails "flow::devpod::up" {|| flow provision rust --name none --provider devpod } | assert contains "start Docker"
"up hang 1\n" | save --force $faults
assert fails "flow::devpod::deadline" {|| flow provision rust --name late --provider devpod --timeout 2sec }
"version is - v0.5.1\n" | save --force $faults
assert fails "flow::devpod::unsupported" {|| flow provision rust --name old --provider devpod } | assert contains "v0.5.1"
rm $faults
assert equal (flow provision rust 3 --name three --provider devpod | get state) [running running running]
flow workspace list | flow workspace delete | ignore
assert equal (flow workspace list) []
