# needs: engine:javascript
use std/assert
use ../../assertions.nu *
use ../../calls.nu *

mkdir .flow
make agent echo/main.js "export default (n) => n;"
let grants = "[permissions]\nmemory = [\"settings\"]\nagents = [\"../echo\"]"
make agent remembers/main.js "import { memory } from 'flow';
const size = (await memory.get('settings', 'size')) ?? 1;
export default (n) => n * size;" $grants
make agent calls/main.js "import { call } from 'flow';
const size = await call('echo', 2);
export default (n) => n * size;" $grants

# As a source it asks at each start.
assert equal ([3] | flow run remembers) [3]
assert equal ([3] | flow run calls) [6]
"import { memory } from 'flow';\nexport default async (n) => { await memory.set('settings', 'size', n); return n; };" | save set.js
assert equal ([5] | flow run set.js --allow-memory settings) [5]
assert equal ([3] | flow run remembers) [15]

# What is built holds no answers from the day on which it was built.
for agent in [remembers calls] {
    let error = failure {|| flow build $agent | first | get error? | if $in != null { error make $in } } | to json
    assert not ($error has "unknown import") $error
    assert not ($error has "crashed") $error
    assert (($error has "memory") or ($error has "call")) $error
}
