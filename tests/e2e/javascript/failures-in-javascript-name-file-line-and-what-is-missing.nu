# needs: engine:javascript
use std/assert
use ../../assertions.nu *

mkdir lib
"import { check } from './lib/check.js';
import settings from './settings.json' with { type: 'json' };

const deeper = (depth) => 1 + deeper(depth + 1);

export default function handle(record) {
  switch (record) {
    case 1: return check(settings.limit);
    case 2: return deeper(0);
    case 3: return fetch('x');
    case 4: return require('fs');
    case 5: return new Intl.NumberFormat();
    case 6: throw { code: 5 };
    case 7: process.exit(3);
    case 8: return [typeof fetch, typeof require, typeof Intl];
  }
}
" | save main.js
"export function check(limit) {
  throw new Error(`more than ${limit}`);
}
" | save lib/check.js
{ limit: 7 } | save settings.json

let expected = [
    ["Error: more than 7" "lib/check.js:2:" "main.js:8:"]
    ["RangeError" "main.js:4:"]
    ["fetch is not defined: agents in JavaScript have no network"]
    ["require is not defined: write `import`"]
    ["Intl is not defined"]
    ["uncaught: { code: 5 }"]
    ["process.exit(3) ends a program"]
]
for case in ($expected | enumerate) {
    let said = assert fails "flow::agent::error" { [($case.index + 1)] | flow run main.js }
    for part in $case.item { $said | assert contains $part }
}
assert equal ([8] | flow run main.js) [[undefined undefined undefined]]

# Places that QuickJS does not know by itself.
"const settings = { inner: undefined };

function city(record) {
  const label = 'record.address.city';
  // record.address.city
  return record
    .address
    .city;
}

export default function handle(record) {
  switch (record) {
    case 1: return city({});
    case 2: {
      const name = 'ü';
      settings.watch(name);
    }
    case 3: return later.name;
    case 4: return new settings.Thing();
    case 5: {
      const text = '{';

      settings.inner.size = text;
    }
  }
}
" | save places.js
let places = [
    ["cannot read property 'city' of undefined" "places.js:8:" "places.js:13:"]
    ["settings.watch is not a function" "places.js:16:"]
    ["later is not defined" "places.js:18:"]
    ["settings.Thing is not a constructor" "places.js:19:"]
    ["cannot set property 'size' of undefined" "places.js:23:"]
]
for case in ($places | enumerate) {
    let said = assert fails "flow::agent::error" { [($case.index + 1)] | flow run places.js }
    for part in $case.item { $said | assert contains $part }
}

let loads = [
    ["export default class Agent {}" "the default export of `bad.js` is a class, not a function"]
    ["import {\n  createHash,\n} from 'crypto';\nexport default () => createHash;" "bad.js:3:"]
    ["import { nothing } from './lib/check.js';\nexport default () => nothing;" "`nothing` is not exported by `lib/check.js`"]
    ["export default 5;" "the default export of `bad.js` is a number, not a function"]
    ["export const handle = {};" "`handle` of `bad.js` is an object, not a function"]
    ["import x from 'lodash';\nexport default () => 1;" "`lodash`, which `bad.js` imports"]
    ["import x from 'node:http';\nexport default () => 1;" "`node:http`, which `bad.js` imports, does not exist"]
    ["import x from 'http';\nexport default () => 1;" "`http`, which `bad.js` imports, does not exist in an agent"]
    ["import x from './nowhere.js';\nexport default () => 1;" "`./nowhere.js`, which `bad.js` imports"]
    ["const it = JSON.parse('{');\nexport default () => 1;" "bad.js:1:"]
]
for case in $loads {
    $case.0 | save --force bad.js
    assert fails "flow::agent::error" { [1] | flow run bad.js } | assert contains $case.1
}

"export default () => {
  const é = 1;
  let é = 2;
}
" | save --force bad.js
assert fails "flow::build::compile" { [1] | flow run bad.js } | assert contains "bad.js:3:"

# What an agent asks for and has not.
assert fails "flow::build::network" { [7] | flow run places.js --allow-net example.org:443 } | assert contains "agents in javascript have no network"
"export default () => { const all = []; for (;;) all.push(new Uint8Array(1e6)); }" | save hungry.js
let said = assert fails "flow::agent::error" { [1] | flow run hungry.js --memory 32mb }
for part in ["out of memory" "hungry.js:1:" "--memory"] { $said | assert contains $part }
