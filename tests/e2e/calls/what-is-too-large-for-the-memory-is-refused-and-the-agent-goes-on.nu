# needs: engine:javascript
use std/assert
use ../../assertions.nu *
use ../../calls.nu *

mkdir .flow
"import { memory } from 'flow';
export default async ({ key = 1, value = 1, times = 1 }) => {
  const text = 'v'.repeat(value);
  for (let n = 0; n < times; n += 1) await memory.set('log', times > 1 ? `${n}` : 'k'.repeat(key), text);
  return (await memory.get('log', 'k'.repeat(key)))?.length ?? 0;
};" | save write.js

let mebibyte = 1024 * 1024
let results = [
    { key: 1024 }
    { key: 1025 }
    { key: 0 }
    { value: (4 * $mebibyte - 2) }
    { value: (4 * $mebibyte - 1) }
    { value: (4 * $mebibyte - 2), times: 17 }
    { value: 7 }
] | flow run write.js --allow-memory log --timeout 1min --memory 256mb | outcomes
assert equal [$results.0 $results.3 $results.6] [1 (4 * $mebibyte - 2) 7]
for case in [
    [1 "not a key: " "use 1 to 1024 bytes"]
    [2 "not a key: " "use 1 to 1024 bytes"]
    [4 "the value of `k` in `log` is too large: 4194305 bytes" "at most 4194304 bytes"]
    [5 "one record writes too much" "67108864 bytes"]
] {
    let failed = $results | get $case.0 | get failed
    $failed | assert contains $case.1
    $failed | assert contains $case.2
}
# Of the record with seventeen nothing is left.
assert equal (stored log | columns) [k ("" | fill --width 1024 --character k)]
