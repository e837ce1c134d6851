# needs: engine:javascript
use std/assert
use ../../assertions.nu *
use ../../calls.nu *

make agent b/main.js "import { call } from 'flow';
export default async (n) => {
  try { return await call('c', n); } catch { return -1; }
};" "[permissions]\nagents = [\"../c\"]"
make agent c/main.js "export default (n) => {
  while (n === 3) {}
  if (n === 2) throw new RangeError('no two');
  return n;
};"
"import { call } from 'flow';
export default async (n) => {
  const answers = [await call('c', n === 2 ? 1 : n), await call('b', n)];
  if (n === 4) throw new Error('no four');
  return answers;
};" | save a.js

let trace = [1 2 4] | flow run a.js --allow-agent [./b ./c] --trace
assert equal ($trace | columns) [caller callee duration bytes error]
let calls = [[caller callee]; [null a] [a c] [a b] [b c]]
assert equal ($trace | select caller callee) ($calls ++ $calls ++ $calls)
let errors = $trace | get error
assert equal ($errors | enumerate | where item != null | get index) [7 8]
$errors.7 | assert contains "no two"
$errors.8 | assert contains "no four"
assert equal ($trace | get duration | describe) "list<duration>"
assert equal ($trace | first 4 | get bytes) [6b 2b 2b 2b]
for own in [0 4 8] {
    let called = $trace | get ($own + 1) | get duration
    assert (($trace | get $own | get duration) > $called) "a record lasts longer than its calls"
}

# A call that was stopped did not end, and nothing after it began.
let stopped = [3] | flow run a.js --allow-agent [./b ./c] --trace --timeout 500ms
assert equal ($stopped | select caller callee) [[caller callee]; [null a] [a c]]
$stopped.0.error | assert contains "timeout"
$stopped.1.error | assert contains "the time of its caller was over"

# Side by side, and kept apart.
let jobs = [1 1 1 1 1 1] | flow run a.js --allow-agent [./b ./c] --trace --jobs 3
assert equal ($jobs | select caller callee) (1..6 | each { $calls } | flatten)
# One that calls nobody, and one that fails at once.
assert equal ([1] | flow run c --trace | select caller callee error) [[caller callee error]; [null c null]]
[2] | flow run c --trace | get 0.error | assert contains "no two"

# No record of a program calls.
"console.log(1);" | save program.js
failure {|| [1] | flow run program.js --trace } | to json | assert contains "--trace"
