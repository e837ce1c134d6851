# needs: engine:nushell
use std/assert
use ../../assertions.nu *
use ../../../scripts/nushell-commands.nu page

const PAGE = path self ../../../wasm-toolchains/nushell/commands.md

let page = page
assert equal $page (open --raw $PAGE) "run scripts/nushell-commands.nu"

# Nobody meets an unknown command that this Nushell has.
let inside = $page | parse --regex '(?m)^\| `(?<name>[^`]+)` \|' | get name
let missing = scope commands | where type in [built-in keyword] | get name | where $it not-in $inside
assert equal $missing []

let works = $page | parse --regex '(?m)^(?<works>\d+) work, ' | get 0.works | into int
assert equal (flow toolchain list | where tool == nushell | get 0.vocabulary) $works
