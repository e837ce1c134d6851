# needs: wasm-pack, wasm-bindgen, node
use std/assert
use ../../assertions.nu *

flow new rust web
let package = flow build web --target web | get 0.path
$"import { readFile } from 'node:fs/promises';
import init, { handle } from '($package)/web.js';
await init\({ module_or_path: await readFile\('($package)/web_bg.wasm') });
const order = { id: 7, customer: 'Zoë', placed: '2026-11-23T08:30:00+01:00', items: [{ sku: 'TEA', quantity: 2, price: 9.95 }], notes: '' };
console.log\(JSON.stringify\(handle\(order), \(_, value) => typeof value === 'bigint' ? Number\(value) : value));
" | save run.mjs
let result = ^node run.mjs | complete
assert equal $result.exit_code 0 $result.stderr
assert equal ($result.stdout | from json | get units) 2
