# needs: engine:javascript
use std/assert
use ../../assertions.nu *

"import { Duration, Filesize, drop, many } from 'flow';

export default function handle(record) {
  switch (record) {
    case 'many': return many(1, { a: 2 });
    case 'list': return many(new Set([1, 2]));
    case 'none': return;
    case 'drop': return drop;
    case 'null': return null;
    case 'types': return [Duration.seconds(2), new Filesize(1500), new Date(0), Uint8Array.of(1, 2), new Map([['k', new Set([1])]])];
    case 'function': return { items: [1, { f() {} }] };
    case 'symbol': return Symbol('x');
    case 'nan': return { a: [NaN] };
    case 'bigint': return { 'a b': 2n ** 63n };
    case 'cycle': { const a = {}; a.self = a; return a; }
    case 'promise': return { later: Promise.resolve(1) };
    case 'part': return { part: many(1) };
    default: return record;
  }
}
" | save values.js

assert equal ([many list none drop null] | flow run values.js) [1 { a: 2 } 1 2 null]
for value in [9007199254740993 -9223372036854775807 9223372036854775807 9007199254740991 0 1.5 -0.1 1e300 'ü😀' '' [] {} { __proto__: 1 }] {
    assert equal ([$value] | flow run values.js) [$value]
}
let typed = [types] | flow run values.js --typed | first
assert equal $typed [2sec 1500b 1970-01-01T00:00:00Z 0x[01 02] { k: [1] }]
for value in [2026-11-24T10:00:00.123456789+01:00 12345678901ns 5kb 0x[00 ff]] {
    assert equal ([$value] | flow run values.js --typed) [$value]
}

let refused = {
    function: '`result.items[1].f` is a function'
    symbol: '`result` is a symbol'
    nan: '`result.a[0]` is NaN'
    bigint: 'is 9223372036854775808n, which does not fit'
    cycle: '`result.self` is an object that contains itself'
    promise: '`result.later` is a Promise: write `await`'
    part: '`result.part` is `many`'
}
for case in ($refused | transpose name says) {
    assert fails "flow::agent::error" { [$case.name] | flow run values.js } | assert contains $case.says
}
