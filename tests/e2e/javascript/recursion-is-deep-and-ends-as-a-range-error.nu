# needs: engine:javascript
use std/assert
use ../../assertions.nu *

"function sum(list) {
  return list === null ? 0 : list.value + sum(list.next);
}
const nested = (depth) => '['.repeat(depth) + ']'.repeat(depth);
let calls = 0;
const endless = {
  call: (f = () => { calls += 1; return f(); }) => f(),
  get getter() { calls += 1; return this.getter; },
  toString() { calls += 1; return `${endless}`; },
  toJSON() { calls += 1; return JSON.stringify(endless); },
  map() { calls += 1; return [1].map(endless.map); },
  replace() { calls += 1; return 'a'.replace('a', endless.replace); },
  sort() { calls += 1; return [2, 1].sort(endless.sort); },
  *generate() { calls += 1; yield* endless.generate(); },
  proxy: new Proxy({}, { get: (it, name, proxy) => { calls += 1; return proxy[name]; } }),
};
export default function handle(record) {
  switch (record) {
    case 'list': {
      let list = null;
      for (let value = 0; value < 1500; value += 1) list = { value, next: list };
      return sum(list);
    }
    case 'json': return JSON.stringify(JSON.parse(nested(1000))).length;
    case 'deep json': return JSON.parse(nested(100000));
    case 'deep value': {
      let value = [];
      for (let depth = 0; depth < 100000; depth += 1) value = [value];
      return JSON.stringify(value).length;
    }
    case 'caught': try { return endless.call(); } catch (error) { return [error.name, calls > 1500]; }
    case 'call': return endless.call();
    case 'getter': return endless.getter;
    case 'text': return `${endless}`;
    case 'to json': return JSON.stringify(endless);
    case 'map': return endless.map();
    case 'replace': return endless.replace();
    case 'sort': return endless.sort();
    case 'generate': return [...endless.generate()];
    case 'proxy': return endless.proxy.name;
    default: return 'alive';
  }
}
" | save deep.js

assert equal ([list json caught] | flow run deep.js) [1124250 2000 [RangeError true]]
for endless in ['deep json' 'deep value' call getter text 'to json' map replace sort generate proxy] {
    let said = assert fails "flow::agent::error" { [$endless] | flow run deep.js }
    $said | assert contains "RangeError: Maximum call stack size exceeded"
}
