# needs: engine:javascript
use std/assert
use ../../assertions.nu *

"import type { Item } from './items.ts';
import { total } from './items.js';
import { many } from 'flow';

enum Size { Small, Large }

interface Order {
  items: Item[];
}

export default function handle(order: Order) {
  if (order.items.length === 0) {
    throw new Error('no items' as string);
  }
  const sum: number = total(order.items satisfies Item[])!;
  return many({ total: sum, size: Size[sum > 10 ? Size.Large : Size.Small] });
}
" | save orders.ts
"export interface Item { price: number }

export const total = (items: readonly Item[]): number | undefined =>
  items.reduce((sum: number, item) => sum + item.price, 0);

export function fails<T extends Item>(items: T[]): never {
  throw new TypeError(`no ${items.length as number}`);
}
" | save items.ts

let orders = [{ items: [{ price: 4 } { price: 8 }] } { items: [{ price: 1 }] }]
assert equal ($orders | flow run orders.ts) [{ total: 12 size: Large } { total: 1 size: Small }]
# An enum becomes code: the source map says where a line was.
assert fails "flow::agent::error" {|| [{ items: [] }] | flow run orders.ts } | assert contains "orders.ts:13:"
"import { fails } from './items.ts';
export default (record: unknown[]) => fails(record as never[]);
" | save thrower.ts
let thrown = assert fails "flow::agent::error" {|| [[1 2]] | each {|it| $it } | flow run thrower.ts }
$thrown | assert contains "TypeError: no 2"
$thrown | assert contains "items.ts:7:"
$thrown | assert contains "thrower.ts:2:"

for case in [
    { text: "export default function handle(record: ) {\n}\n", line: 1, column: 40 }
    { text: "const one = 1;\nexport default class { ]\n", line: 2, column: 24 }
    { text: "@sealed\nclass A {}\nexport default () => 1;\n", line: 1, column: 1 }
] {
    $case.text | save --force wrong.ts
    let row = flow build wrong.ts --keep-going | first
    assert equal $row.ok false
    assert equal ($row.messages | first | select file line column) { file: wrong.ts, line: $case.line, column: $case.column }
    assert fails "flow::build::compile" {|| [1] | flow run wrong.ts }
}

# What `flow new` writes runs as it is.
flow new typescript packing
cd packing
let order = { id: 7, customer: "Zoë", placed: "2026-11-23T08:30:00+01:00", items: [{ sku: a, quantity: 2, price: 9.95 }], notes: "ring twice" }
let packed = [$order] | flow run . | first
assert equal $packed { id: 7, customer: "Zoë", units: 2, total: 19.9, placed: 2026-11-23T07:30:00Z, packing: 80sec, notes: 10b }
assert (flow build . | first | get ok)
