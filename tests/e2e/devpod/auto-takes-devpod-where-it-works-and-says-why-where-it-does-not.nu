# only: double
use std/assert
use ../../assertions.nu *

mkdir $env.DEVPOD_HOME
let faults = $env.DEVPOD_HOME | path join faults
assert equal (flow provision rust | get provider) [devpod]

"provider none -\n" | save --force $faults
let local = flow provision rust --name here
assert equal $local.provider [local]
let told = do { ^$nu.current-exe --no-config-file --plugins $env.FLOW_PLUGIN -c "flow provision rust --name here | get provider | to text" } | complete
assert equal ($told.stdout | str trim) "local"
$told.stderr | assert contains "DevPod has no usable provider: none is added"

# What is there keeps its provider.
assert equal (flow provision rust | get provider) [devpod]
assert fails "flow::workspace::provider" {|| flow provision rust --provider local }
assert fails "flow::workspace::provider" {|| flow provision rust --name here --provider devpod }
flow workspace list | flow workspace delete | ignore
