# needs: engine:javascript
use std/assert
use ../../assertions.nu *
use ../../calls.nu *

mkdir .flow
let log = "[permissions]\nmemory = [\"log\"]"
make agent write/main.js "import { memory } from 'flow';
export default async (record) => {
  await memory.set('log', 'callee', record);
  await memory.delete('log', 'before');
  if (record === 'bad') throw new Error('bad');
  return await memory.get('log', 'callee');
};" $log
make agent through/main.js "import { call, memory } from 'flow';
export default async (record) => {
  await memory.set('log', 'through', record);
  const answer = await call('write', record === 'late' ? 'good' : record);
  if (record === 'late') throw new Error('late');
  return answer;
};" "[permissions]\nmemory = [\"log\"]\nagents = [\"../write\"]"
"import { call, memory } from 'flow';
export default async ({ to, record, early }) => {
  if (early) await memory.set('log', 'before', record);
  let answer;
  try { answer = await call(to, record); } catch (error) { answer = 'caught'; }
  const seen = [...(await memory.keys('log'))];
  await memory.set('log', 'after', record);
  return { answer, seen };
};" | save ask.js
# Each begins with an empty store; `early`: whether the caller writes before it calls.
def outcome [to: string, record: string, early: bool]: nothing -> record {
    rm --force .flow/memory.db .flow/memory.db-wal .flow/memory.db-shm
    let agents = [./write ./through]
    let result = [{ to: $to, record: $record, early: $early }] | flow run ask.js --allow-agent $agents --allow-memory log | first
    { result: $result, stored: (stored log) }
}

assert equal (outcome write good true) { result: { answer: good, seen: [callee] }, stored: { after: good, callee: good } }
assert equal (outcome write good false) { result: { answer: good, seen: [callee] }, stored: { after: good, callee: good } }
assert equal (outcome write bad true) { result: { answer: caught, seen: [before] }, stored: { after: bad, before: bad } }
assert equal (outcome write bad false) { result: { answer: caught, seen: [] }, stored: { after: bad } }
# A callee of a callee: what the inner wrote falls with the outer.
assert equal (outcome through good true) { result: { answer: good, seen: [callee through] }, stored: { after: good, callee: good, through: good } }
for record in [bad late] {
    for early in [true false] {
        let before = if $early { [before] } else { [] }
        let kept = if $early { { after: $record, before: $record } } else { { after: $record } }
        assert equal (outcome through $record $early) { result: { answer: caught, seen: $before }, stored: $kept }
    }
}
