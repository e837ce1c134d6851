# needs: engine:javascript
use std/assert
use ../../assertions.nu *
use ../../calls.nu *

mkdir .flow out
"import { memory } from 'flow';
import { writeFileSync } from 'node:fs';
export default async (milliseconds) => {
  // From here on nobody else writes, until the record ends.
  await memory.compareAndSet('log', 'held', undefined, true);
  writeFileSync('out/held', '');
  for (const end = Date.now() + milliseconds; Date.now() < end; );
  return (await memory.get('log', 'n')) ?? 'absent';
};" | save hold.js
"import { memory } from 'flow';
export default async (n) => { await memory.set('log', 'n', n); return n; };" | save write.js

let ended = [hold write] | par-each --keep-order {|what|
    if $what == hold {
        [9000] | flow run hold.js --allow-memory log --allow-dir ./out:rw --timeout 20sec
    } else {
        while not ("out/held" | path exists) { sleep 10ms }
        let begun = date now
        let error = failure {|| [1] | flow run write.js --allow-memory log }
        { error: $error, waited: ((date now) - $begun) }
    }
}
assert equal $ended.0 [absent]
assert equal $ended.1.error.code "flow::store::busy"
$ended.1.error.msg | assert contains "memory.db"
assert ($ended.1.waited > 4500ms and $ended.1.waited < 8sec) $"it waited ($ended.1.waited)"
assert equal (stored log) { held: true }
assert equal ([2] | flow run write.js --allow-memory log) [2]
assert equal (stored log) { held: true, n: 2 }
