# needs: node
use std/assert
use ../../assertions.nu *

# A person's own Node, with the file that `flow new` writes for tests.
"import assert from 'node:assert';
import { call, memory, UnavailableError } from 'flow';

const memories = { name: 'UnavailableError', message: 'durable memory exists only inside flow' };
const agents = { name: 'UnavailableError', message: 'other agents can be called only inside flow' };
assert.throws(() => memory.get('orders', 'last'), UnavailableError);
assert.throws(() => memory.get('orders', 'last'), memories);
assert.throws(() => memory.set('orders', 'last', 1, { expiresIn: 60 }), memories);
assert.throws(() => memory.keys('orders'), memories);
assert.throws(() => memory.compareAndSet('orders', 'last', undefined, 1), memories);
assert.throws(() => call('tokenize', 1), agents);
console.log('passed');
" | save check.mjs
let sdk = $env.FLOW_TESTS | path join ../wasm-toolchains/javascript/sdk/register.js | path expand
let ran = ^node --no-warnings --import $"file://($sdk)" check.mjs | complete
assert equal ($ran | select exit_code stdout stderr) { exit_code: 0, stdout: "passed\n", stderr: "" }
