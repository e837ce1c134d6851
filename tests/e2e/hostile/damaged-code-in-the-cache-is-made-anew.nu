use std/assert
use ../../assertions.nu *

$env.FLOW_CACHE_DIR = $env.PWD | path join cache
assert equal ([1] | flow run (guest handlers/echo)) [1]
let plugin = $env.FLOW_PLUGIN
for damage in [
    {|bytes| $bytes | bytes at 0..<1000 }
    {|bytes| $bytes | bytes at 0..<2000 | bytes add --end 0x[de ad be ef] | bytes add --end ($bytes | bytes at 2004..) }
    {|bytes| 0x[] }
] {
    let code = glob cache/**/*.cwasm | first
    let whole = open --raw $code
    do $damage $whole | save --raw --force $code
    # A plugin that never had it in memory.
    let answer = ^$nu.current-exe --no-config-file --plugins $plugin -c $"[2] | flow run '(guest handlers/echo)' | to nuon" | complete
    assert equal ($answer.stdout | str trim) "[2]" $answer.stderr
    let anew = open --raw (glob cache/**/*.cwasm | first)
    assert equal ($anew | bytes length) ($whole | bytes length) "the damaged code stayed in the cache"
}
