# needs: engine:javascript
use std/assert
use ../../assertions.nu *
use ../../calls.nu *

# Whoever is in between cannot keep what is over from ending.
let stubborn = "import { call } from 'flow';
export default async (n) => {
  for (;;) { try { return await call('c', n); } catch (error) { if (n !== 0) return error.message; } }
};"
make agent b/main.js $stubborn "[permissions]\nagents = [\"../c\"]"
make agent c/main.js "export default (n) => { while (n === 0) {} return n; };" "[limits]\ntimeout = \"1min\""
"import { call } from 'flow';
export default (n) => call('b', n);" | save a.js

assert survives {||
    let begun = date now
    let results = [1 0 2] | flow run a.js --allow-agent ./b --timeout 700ms | outcomes
    let taken = (date now) - $begun
    assert equal [$results.0 $results.2] [1 2]
    $results.1.failed | assert contains "flow::agent::timeout"
    $results.1.failed | assert contains "the agent was stopped after its timeout of 700ms, while it called `b → c`"
    assert ($taken > 700ms and $taken < 3sec) $"it was stopped after ($taken)"
}

# Nobody is named where nobody was waited for.
"export default (n) => { while (n === 0) {} return n; };" | save alone.js
let alone = assert fails "flow::agent::timeout" {|| [0] | flow run alone.js --allow-agent ./b --timeout 200ms }
assert not ($alone has "while it called") $alone

# One whose call has ended waits for nobody any more.
"import { call } from 'flow';
export default async (n) => { await call('b', 1); while (n === 0) {} return n; };" | save after.js
let after = assert fails "flow::agent::timeout" {|| [0] | flow run after.js --allow-agent ./b --timeout 700ms }
assert not ($after has "while it called") $after
