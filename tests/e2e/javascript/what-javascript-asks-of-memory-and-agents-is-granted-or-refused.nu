# needs: engine:javascript
use std/assert
use ../../assertions.nu *

# What was not granted is an error of its own, and the agent goes on.
"import { call, memory, CallError, RefusedError } from 'flow';

const asked = {
  get: () => memory.get('orders', 'last'),
  set: () => memory.set('orders', 'last', { at: new Date(0), many: 1n }, { expiresIn: 1500 }),
  delete: () => memory.delete('orders', 'last'),
  keys: () => memory.keys('orders', 'a/'),
  compare: () => memory.compareAndSet('orders', 'last', undefined, 1),
  call: () => call('tokenize', { text: 'a b' }),
};

export default async function handle(record) {
  try {
    await asked[record]();
  } catch (error) {
    const is = error instanceof RefusedError && error instanceof Error && !(error instanceof CallError);
    return { asked: record, is, says: error.message };
  }
}
" | save refused.js
let asked = [get set delete keys compare call]
let refused = $asked | flow run refused.js
assert equal ($refused | get asked) $asked
assert ($refused | get is | all {})
for row in $refused {
    assert ($row.says | str starts-with "not granted") $row.says
    assert ($row.says has (if $row.asked == call { "tokenize" } else { "orders" })) $row.says
}

# What cannot be asked is said before anybody is asked.
"import { call, drop, memory } from 'flow';

const asked = {
  name: () => memory.get(7, 'last'),
  past: () => memory.set('orders', 'last', 1, { expiresIn: -1 }),
  late: () => memory.set('orders', 'last', 1, { expiresIn: 1e15 }),
  form: () => memory.set('orders', 'last', { a: [1, Symbol('x')] }),
  itself: () => { const value = {}; value.value = value; memory.set('orders', 'last', value); },
  many: () => call('tokenize', drop),
  nothing: () => call('tokenize'),
};

export default function handle(record) {
  try {
    asked[record]();
  } catch (error) {
    return String(error);
  }
}
" | save asked.js
let said = [name past late form itself many nothing] | flow run asked.js
$said.0 | assert contains "TypeError"
$said.1 | assert contains "RangeError: a value cannot expire in -1 milliseconds"
$said.2 | assert contains "RangeError: a value expires in 584 years at most"
$said.3 | assert contains "TypeError: the value is not JSON: `value.a[1]` is"
$said.4 | assert contains "TypeError: the value is not JSON: `value.value` is an object that contains itself"
$said.5 | assert contains "TypeError: the value is not JSON: `value` is `many`"
$said.6 | assert contains "TypeError: undefined has no form in JSON"

# Nobody who catches it: the agent's own line is in the error.
"import { memory } from 'flow';
export default function handle(record) {
  return memory.get('orders', record);
}
" | save uncaught.js
let uncaught = [last] | flow run uncaught.js | outcomes
$uncaught.0.failed | assert contains "RefusedError: not granted"
$uncaught.0.failed | assert contains "uncaught.js:3"
