# needs: engine:javascript, engine:nushell
use std/assert
use ../../assertions.nu *

"import { twice } from './twice.js';\nexport default async function handle(record) { return { twice: twice(record.n) }; }\n" | save score.js
"export function twice(n) { return 2 * n; }\n" | save twice.js
"use twice.nu\ndef handle [] { { twice: (twice $in.n) } }\n" | save clean.nu
"export def main [n: int] { 2 * $n }\n" | save twice.nu

for source in [score.js clean.nu] {
    let expected = [{ twice: 2 } { twice: 4 }]
    assert equal ([{ n: 1 } { n: 2 }] | flow run $source) $expected
    let built = flow build $source | first
    assert equal $built.ok true
    assert ($built.path ends-with .wasm) $built.path
    let inspected = flow inspect $built.path | first
    assert equal [$inspected.kind $inspected.encoding] [handler component]
    assert equal ([{ n: 1 } { n: 2 }] | flow run $built.path) $expected
    assert equal (flow build $source | first | get cached) true
    # A file that it imports is a part of it.
    let module = if $source == score.js { "twice.js" } else { "twice.nu" }
    let unseen = if $source == score.js { $"// (random uuid)\n" } else { $"# (random uuid)\n" }
    open --raw $module | str replace "2 *" "3 *" | $unseen + $in | save --force $module
    assert equal ([{ n: 1 }] | flow run $source) [{ twice: 3 }]
    assert equal (flow build $source | first | get cached) false
}

# A program takes the stream, in both forms.
"each {|number| $number + 1 }" | save --force program.nu
assert equal ([1 2] | flow run program.nu) [2 3]
let built = flow build program.nu | first
assert equal (flow inspect $built.path | first | get kind) command
assert equal ([1 2] | flow run $built.path) [2 3]

# Compared with each other.
let compared = flow build score.js clean.nu | flow eval [{ n: 5 }]
assert equal $compared.output [[{ twice: 15 }] [{ twice: 15 }]]
