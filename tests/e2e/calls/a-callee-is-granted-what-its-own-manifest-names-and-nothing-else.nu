# needs: engine:javascript
use std/assert
use ../../assertions.nu *
use ../../calls.nu *

mkdir .flow secret
"hush" | save secret/note.txt
make agent b/main.js "import { readFileSync } from 'node:fs';
import { call, memory } from 'flow';
export default async (what) => {
  switch (what) {
    case 'prices': return (await memory.get('prices', 'tea')) ?? 'none';
    case 'orders': return await memory.get('orders', 'x');
    case 'write': return await memory.set('prices', 'tea', 3);
    case 'call': return await call('c', 1);
    case 'file': return readFileSync('secret/note.txt', 'utf8');
    case 'environment': return process.env.FLOW_TEST_SECRET ?? 'none';
  }
};" "[permissions]\nmemory = [\"prices:ro\"]"
make agent c/main.js "export default (n) => n;"
"import { call, memory } from 'flow';
export default async (what) => {
  await memory.set('orders', 'x', what);
  await call('c', what);
  return await call('b', what);
};" | save ask.js

$env.FLOW_TEST_SECRET = "hush"
def ask [what: string]: nothing -> any {
    [$what] | flow run ask.js --allow-agent [./b ./c] --allow-memory [orders prices] --allow-dir ./secret:ro --allow-env FLOW_TEST_SECRET | first
}
assert equal (ask prices) none
assert equal (ask environment) none

let refusals = [
    [what, says, grant];
    [orders, "not granted: reading the memory `orders`", 'memory = ["orders:ro"]']
    [write, "not granted: writing the memory `prices`", 'memory = ["prices"]']
    [call, "not granted: calling the agent `c`", 'agents = ["c"]']
]
for refusal in $refusals {
    let error = failure {|| ask $refusal.what }
    $error.msg | assert contains "b: "
    $error.msg | assert contains $refusal.says
    # The help names the manifest that would grant it: not that of the caller.
    $error.help | assert contains $refusal.grant
    $error.help | assert contains "the agent.toml of `b`"
    assert not ($error.help has "--allow-") $error.help
}
failure {|| ask file } | get msg | assert contains "b: "

# What its manifest names, it has; the caller need not.
make agent d/main.js "import { memory } from 'flow';
export default async (n) => { await memory.set('prices', 'tea', n); return await memory.get('prices', 'tea'); };" "[permissions]\nmemory = [\"prices\"]"
"import { call } from 'flow';\nexport default (n) => call('d', n);" | save grants-nothing.js
assert equal ([4] | flow run grants-nothing.js --allow-agent ./d) [4]
assert equal (stored prices) { tea: 4 }
