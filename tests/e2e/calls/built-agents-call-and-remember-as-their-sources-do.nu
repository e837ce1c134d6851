# needs: engine:javascript, pyodide
use std/assert
use ../../assertions.nu *
use ../../calls.nu *

install python
mkdir .flow
make agent count/main.js "import { memory } from 'flow';
export default async (n) => {
  const total = ((await memory.get('counts', 'total')) ?? 0) + n;
  await memory.set('counts', 'total', total);
  return total;
};" "[permissions]\nmemory = [\"counts\"]"
make agent ask-script/main.js "import { call } from 'flow';
export default async (n) => ({ total: await call('count', n) });" "[permissions]\nagents = [\"../count\"]"
make agent ask-python/main.py "import flow

def handle(n):
    return {'total': flow.call('count', n)}
" "[permissions]\nagents = [\"../count\"]"

let count = flow build count | first | get path
let asks = [ask-script ask-python]
let built = flow build ...$asks | get path
mut total = 0
for agent in ($asks ++ $built) {
    # The manifest of its source counts for what was built of it.
    assert equal ([1 2] | flow run $agent) [{ total: ($total + 1) } { total: ($total + 3) }] $agent
    $total += 3
}
# What was built can be called by its file too, with what its manifest grants.
for agent in $asks {
    assert equal ([1] | flow run $agent --allow-agent $"count=($count)") [{ total: ($total + 1) }] $agent
    $total += 1
}
assert equal (stored counts) { total: $total }
