# needs: engine:javascript
use std/assert
use ../../assertions.nu *
use ../../calls.nu *

mkdir .flow
"export default (n) => n + 1;" | save next.js
"import { call, memory } from 'flow';
import { readFileSync } from 'node:fs';
const text = readFileSync(0, 'utf8').trim();
await memory.set('log', text, await call('next', 1));
console.log(JSON.stringify([...(await memory.keys('log'))]));
if (text === 'bad') throw new Error('bad');
" | save program.js

assert equal ("good" | flow run program.js --input text --output text --allow-memory log --allow-agent ./next.js | collect | from json) [good]
assert equal (stored log) { good: 2 }
failure {|| "bad" | flow run program.js --input text --output text --allow-memory log --allow-agent ./next.js | collect } | ignore
assert equal (stored log) { good: 2 }
