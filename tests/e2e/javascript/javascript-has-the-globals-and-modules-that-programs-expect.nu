# needs: engine:javascript
use std/assert
use ../../assertions.nu *

"import assert from 'node:assert';
import { EventEmitter } from 'node:events';
import strict from 'node:assert/strict';
import path from 'node:path';
import posix from 'path/posix';
import { performance as clock } from 'node:perf_hooks';
import { format, inspect, promisify } from 'node:util';

const tests = {
  aliases: () => [strict === assert, posix === path, clock === performance],
  path: () => [path.join('a', '../b', 'c.txt'), path.basename('/x/y.js', '.js'), path.relative('/a/b/c', '/a/d')],
  events: () => {
    const seen = [];
    const emitter = new EventEmitter().on('x', (it) => seen.push(it));
    emitter.once('x', (it) => seen.push(-it));
    emitter.emit('x', 1);
    emitter.emit('x', 2);
    return seen;
  },
  url: () => {
    const url = new URL('/p?q=1&q=2 3#h', 'https://user@example.org:8080/x');
    url.searchParams.append('z', 'ä b');
    return [url.href, url.searchParams.getAll('q'), URL.canParse('nope')];
  },
  clone: () => {
    const one = { date: new Date(5), map: new Map([[1, { x: 1 }]]) };
    one.self = one;
    const other = structuredClone(one);
    return [other.self === other, other !== one, other.date.getTime(), other.map.get(1).x];
  },
  base64: () => [btoa('hello'), atob('aGVsbG8='), Buffer.from('aGk', 'base64').toString()],
  buffer: () => [Buffer.from('ff00', 'hex').readUInt16BE(), Buffer.concat([Buffer.from('a'), Buffer.alloc(2, 'b')]).toString(), Buffer.from('é').toString('latin1')],
  text: () => [new TextEncoder().encode('é').length, new TextDecoder().decode(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))],
  random: () => [crypto.getRandomValues(new Uint8Array(4)).length, crypto.randomUUID().length, Math.random() !== Math.random()],
  inspect: () => [inspect({ a: [1, { b: { c: { d: 1 } } }], m: new Map([['k', 1n]]) }), format('%s is %d', 'x', 5, [1])],
  process: () => [typeof process.env, process.argv.length > 0, process.cwd(), process.platform],
  microtask: () => new Promise((done) => queueMicrotask(() => done('later'))),
  promisify: () => promisify((it, callback) => callback(null, it + 1))(1),
  abort: () => {
    const controller = new AbortController();
    controller.abort();
    return controller.signal.reason.name;
  },
  assert: () => {
    assert.deepStrictEqual({ a: [1] }, { a: [1] });
    assert.throws(() => assert.strictEqual(1, 2), /should equal/);
    return true;
  },
};

export default (name) => tests[name]();
" | save globals.js

let expected = {
    aliases: [true true true]
    path: [b/c.txt y ../../d]
    events: [1 -1 2]
    url: ["https://user@example.org:8080/p?q=1&q=2+3&z=%C3%A4+b#h" ["1" "2 3"] false]
    clone: [true true 5 1]
    base64: [aGVsbG8= hello hi]
    buffer: [65280 abb 'Ã©']
    text: [2 a]
    random: [4 36 true]
    inspect: ["{ a: [ 1, { b: [Object] } ], m: Map(1) { 'k' => 1n } }" "x is 5 [ 1 ]"]
    process: [object true / wasi]
    microtask: later
    promisify: 2
    abort: AbortError
    assert: true
}
for case in ($expected | transpose name value) {
    assert equal ([$case.name] | flow run globals.js) [$case.value] $case.name
}
