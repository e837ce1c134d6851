# needs: engine:javascript
use std/assert
use ../../assertions.nu *
use ../../calls.nu *

mkdir .flow
"import { memory } from 'flow';
export default async () => {
  for (let tries = 1; ; tries += 1) {
    const before = await memory.get('counts', 'n');
    const after = (before ?? 0) + 1;
    if (await memory.compareAndSet('counts', 'n', before, after)) return after;
  }
};" | save count.js

let counted = 1..400 | flow run count.js --allow-memory counts --jobs 8 --unordered --timeout 1min
assert equal ($counted | sort) (1..400 | each {|n| $n })
assert equal (stored counts) { n: 400 }

# Two shells, each with a plugin of its own.
let script = "1..200 | flow run count.js --allow-memory counts --jobs 2 --unordered --timeout 1min | to json --raw"
let both = 1..2 | par-each {||
    let ended = ^$nu.current-exe --no-config-file --plugins $env.FLOW_PLUGIN -c $script | complete
    assert equal $ended.exit_code 0 $ended.stderr
    $ended.stdout | from json
} | flatten
assert equal ($both | sort) (401..800 | each {|n| $n })
assert equal (stored counts) { n: 800 }
