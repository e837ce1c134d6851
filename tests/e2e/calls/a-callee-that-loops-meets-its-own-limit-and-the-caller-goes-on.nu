# needs: engine:javascript
use std/assert
use ../../assertions.nu *
use ../../calls.nu *

make agent loops/main.js "export default (n) => { while (n === 0) {} return n; };" "[limits]\ntimeout = \"150ms\""
make agent hungry/main.js "export default (n) => { const all = []; while (n === 0) all.push(new Uint8Array(1e6)); return n; };" "[limits]\nmemory = \"32mb\""
make agent begins/main.js "while (true) {}\nexport default (n) => n;" "[limits]\ntimeout = \"150ms\""
make agent talks/main.js "export default (n) => 'x'.repeat(n);" "[limits]\noutput = \"1kb\""
"import { call } from 'flow';
export default async ({ to, n }) => {
  try { return await call(to, n); } catch (error) { return `caught ${error.message}`; }
};" | save ask.js

assert survives {||
    let begun = date now
    let results = [0 1 2 0 3] | each {|n| { to: loops, n: (if $n == 1 { 0 } else { $n }) } }
    | flow run ask.js --allow-agent [./loops ./hungry] --timeout 10sec
    let taken = (date now) - $begun
    $results.0 | assert contains "caught loops: the agent was stopped after its timeout of 150ms"
    $results.1 | assert contains "caught loops: the agent was stopped after its timeout of 150ms"
    assert equal $results.2 2
    $results.3 | assert contains "caught loops: "
    assert equal $results.4 3
    assert ($taken > 450ms and $taken < 5sec) $"three timeouts of 150ms took ($taken)"

    # So is its memory.
    let results = [1 0 2] | each {|n| { to: hungry, n: $n } } | flow run ask.js --allow-agent [./loops ./hungry]
    assert equal [$results.0 $results.2] [1 2]
    $results.1 | assert contains "caught hungry: "
    $results.1 | assert contains "out of memory"

    # So are its answer, and its beginning.
    let results = [[to n]; [talks 10] [talks 2000] [begins 1] [talks 2]] | flow run ask.js --allow-agent [./talks ./begins]
    assert equal [$results.0 $results.3] [xxxxxxxxxx xx]
    $results.1 | assert contains "caught talks: "
    $results.1 | assert contains "longer than its limit of 1000 bytes"
    $results.2 | assert contains "caught begins: "
    $results.2 | assert contains "timeout of 150ms"
}
