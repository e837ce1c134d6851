# needs: pyodide
use std/assert
use ../../assertions.nu *

$env.FLOW_CACHE_DIR = $env.PWD | path join cache
def installed [] { glob ($env.FLOW_CACHE_DIR | path join toolchains-v1 *.tree) | first }

# Another version, or what is no Pyodide at all.
mkdir other
"no module" | save other/pyodide.asm.wasm
"no zip" | save other/python_stdlib.zip
assert fails "flow::doctor::own" { flow toolchain install python --from other } | assert contains "314.0.7"
assert fails "flow::doctor::own" { flow toolchain install python --from nowhere } | assert contains "nowhere"
assert equal (flow toolchain list | where tool == pyodide | select installed ok) [[installed ok]; [false false]]

install python
"def handle(record):
    return record + 1
" | save more.py
assert equal ([1] | flow run more.py) [2]

# A damaged file is seen, and made good.
"no zip" | save --force (installed | path join python_stdlib.zip)
assert equal (flow toolchain list | where tool == pyodide | get 0.ok) false
install python
assert equal (flow toolchain list | where tool == pyodide | get 0.ok) true
assert equal ([1] | flow run more.py) [2]

# What an interrupted installation left counts for nothing.
let tree = installed
rm $"($tree).json"
rm ($tree | path join pyodide.asm.wasm)
assert equal (flow toolchain list | where tool == pyodide | get 0.installed) false
install python
assert (installed | path join pyodide.asm.wasm | path exists)
assert equal ([1] | flow run more.py) [2]
assert equal (flow toolchain remove python | get done | length) 1
assert equal (flow toolchain list | where tool == pyodide | get 0.installed) false
