# needs: engine:javascript
use std/assert
use ../../assertions.nu *

"import { setTimeout as wait } from 'node:timers/promises';

const offset = await Promise.resolve(100);

export async function handle(record) {
  switch (record) {
    case 'never': return new Promise(() => {});
    case 'reject': throw new RangeError('no good', { cause: new Error('inner') });
    case 'interval': return new Promise((done) => {
      let count = 0;
      const timer = setInterval(() => {
        count += 1;
        if (count < 3) return;
        clearInterval(timer);
        done(count);
      }, 5);
    });
  }
  const before = performance.now();
  await wait(50);
  return offset + (performance.now() - before >= 49 ? 1 : 0);
}
" | save waits.js
assert equal ([1 interval] | flow run waits.js) [101 3]
assert fails "flow::agent::error" { [never] | flow run waits.js } | assert contains "never settles"
let thrown = assert fails "flow::agent::error" { [reject] | flow run waits.js }
$thrown | assert contains "RangeError: no good"
$thrown | assert contains "waits.js:8:"
$thrown | assert contains "caused by: Error: inner"

"export default async function* handle(count) {
  for (let number = 0; number < count; number += 1) yield number;
}
" | save yields.js
assert equal ([2 0 1] | flow run yields.js) [0 1 0]

"await new Promise(() => {});
export default (record) => record;
" | save stuck.js
assert fails "flow::agent::error" { [1] | flow run stuck.js } | assert contains "awaited at the top level never settles"

"export default function handle(record) {
  const endless = () => { setTimeout(endless, 1); };
  if (record === 1) while (true) {}
  return new Promise(endless);
}
" | save endless.js
for record in [1 2] {
    assert fails "flow::agent::timeout" { [$record] | flow run endless.js --timeout 300ms }
}
