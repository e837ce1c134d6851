# needs: engine:javascript
use std/assert
use ../../assertions.nu *
use ../../calls.nu *

mkdir .flow
make agent write/main.js "import { memory } from 'flow';
export default async (record) => { await memory.set('log', `callee ${record}`, record); return record; };" "[permissions]\nmemory = [\"log\"]"
make agent ask/main.js "import { call, memory } from 'flow';
export default async (record) => {
  await memory.set('log', `caller ${record}`, record);
  await call('write', record);
  if (record === 'throws') throw new Error('no');
  while (record === 'loops') {}
  return record === 'fits' ? 1 : record;
};" "[signature]\noutput = \"int\"\n\n[limits]\ntimeout = \"500ms\"\n\n[permissions]\nmemory = [\"log\"]\nagents = [\"../write\"]"

let results = [throws loops "does not fit"] | flow run ask | outcomes
$results.0.failed | assert contains "Error: no"
$results.1.failed | assert contains "flow::agent::timeout"
assert ("failed" in $results.2) "its answer is no int"
assert equal (stored log) {}

# The same instance, and a fresh one, write what succeeds; only that.
assert equal ([throws fits loops] | flow run ask --on-error skip) [1]
assert equal (stored log) { "callee fits": fits, "caller fits": fits }

# A stream that is stopped keeps what was done before.
assert fails "Error: no" {|| [fits throws fits] | flow run ask --on-error stop }
assert equal (stored log) { "callee fits": fits, "caller fits": fits }
