# needs: engine:javascript, pyodide
use std/assert
use ../../assertions.nu *

install python
"import { memory } from 'flow';
export default async ({ key, milliseconds }) => {
  await memory.set('log', key, true, { expiresIn: milliseconds });
  return (await memory.get('log', key)) ?? 'absent';
};" | save expire.js
"import datetime
import flow

def handle(record):
    span = datetime.timedelta(milliseconds=record['milliseconds'])
    flow.memory.set('log', record['key'], True, expires_in=span)
    return flow.memory.get('log', record['key'], 'absent')
" | save expire.py
"import { memory } from 'flow';
export default async (keys) => {
  const values = [];
  for (const key of keys) values.push((await memory.get('log', key)) ?? 'absent');
  return [values, [...(await memory.keys('log'))]];
};" | save read.js

for agent in [expire.js expire.py] {
    let set = [[key milliseconds]; [soon 150] [late 600000]] | flow run $agent --allow-memory log
    assert equal $set [true true]
    sleep 300ms
    assert equal ([[soon late]] | flow run read.js --allow-memory log:ro) [[[absent true] [late]]]
    # It can be set anew.
    assert equal ([[key milliseconds]; [soon 600000]] | flow run $agent --allow-memory log) [true]
    assert equal ([[soon late]] | flow run read.js --allow-memory log:ro) [[[true true] [late soon]]]
}

# More keys than one page has.
"import { memory } from 'flow';
export default async (count) => {
  for (let n = 0; n < count; n += 1) await memory.set('many', `key ${n}`, n);
  return [...(await memory.keys('many', 'key '))];
};" | save many.js
"import flow

def handle(prefix):
    return list(flow.memory.keys('many', prefix))
" | save list.py
let expected = 0..2499 | each {|n| $"key ($n)" } | sort
assert equal ([2500] | flow run many.js --allow-memory many | first) $expected
assert equal (["key "] | flow run list.py --allow-memory many:ro | first) $expected
assert equal (["key 24"] | flow run list.py --allow-memory many:ro | first) ($expected | where $it starts-with "key 24")
assert equal (["nothing"] | flow run list.py --allow-memory many:ro | first) []
