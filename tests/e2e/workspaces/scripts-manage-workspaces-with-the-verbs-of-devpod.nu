use std/assert
use ../../assertions.nu *
use ../../../scripts/manage-devpod.nu

let orders = open ($env.FLOW_TESTS | path join data/orders.json)
let results = $orders | manage-devpod provision-eval rust 2 --provider local --name shop
assert equal ($results | select id ok records) [[id ok records]; [shop-1 true 200] [shop-2 true 200]]
# Without an input, a sample tells whether the agents work.
assert equal (manage-devpod provision-eval rust 2 --provider local --name shop | select id ok records) [
    [id ok records]; [shop-1 true 1] [shop-2 true 1]
]
assert equal (manage-devpod list --language rust --provider local | get id) [shop-1 shop-2]
assert equal (manage-devpod list --language python) []

manage-devpod stop shop-1
assert equal (manage-devpod list | select id state) [[id state]; [shop-1 stopped] [shop-2 running]]
manage-devpod list | where state == running | manage-devpod stop
assert equal (manage-devpod list | get state | uniq) [stopped]

"changed" | save --append (manage-devpod list | get 0.path | path join src/lib.rs)
assert equal (manage-devpod list | manage-devpod delete | select id deleted) [[id deleted]; [shop-1 false] [shop-2 true]]
manage-devpod delete shop-1 --force
assert equal (manage-devpod list) []

# The same as a program, for those who are not in Nushell.
let script = $env.FLOW_TESTS | path join ../scripts/manage-devpod.nu
let arguments = [--no-config-file --plugins $env.FLOW_PLUGIN $script]
let ran = ^$nu.current-exe ...$arguments provision-eval rust 1 --provider local --input ($env.FLOW_TESTS | path join data/orders.json) | complete
assert equal $ran.exit_code 0 $ran.stderr
$ran.stdout | assert contains "rust-1"
let ran = ^$nu.current-exe ...$arguments delete rust-1 | complete
assert equal $ran.exit_code 0 $ran.stderr
let ran = ^$nu.current-exe --no-config-file $script list | complete
assert equal $ran.exit_code 1
$ran.stderr | assert contains "the plugin flow is not in use"
assert equal (flow workspace list) []
