# needs: engine:javascript, npm
use std/assert
use ../../assertions.nu *

mkdir checked
cd checked
{ name: checked, type: module, private: true, dependencies: { zod: "4.1.12" } } | save package.json
"import { z } from 'zod';
import { many } from 'flow';
import { double } from './double.ts';

const Order = z.object({ id: z.int(), prices: z.array(z.number().positive()) });

export default function handle(record: unknown) {
  const order = Order.parse(record);
  if (order.id === 3) throw new Error('three');
  return many({ id: order.id, twice: double(order.prices) });
}
" | save main.ts
"export const double = (prices: number[]): number[] => prices.map((price) => 2 * price);\n" | save double.ts

assert equal ([{ id: 1, prices: [1.5] }] | flow run .) [{ id: 1, twice: [3] }]
assert ("package-lock.json" | path exists)
let refused = assert fails "flow::agent::error" {|| [{ id: x, prices: [] }] | flow run . }
$refused | assert contains "expected number, received string"
# Through the source map of the module.
assert fails "flow::agent::error" {|| [{ id: 3, prices: [] }] | flow run . } | assert contains "main.ts:9:"
let built = flow build . | first
assert equal $built.ok true
assert equal ([{ id: 1, prices: [1.5] }] | flow run $built.path) [{ id: 1, twice: [3] }]
assert equal (flow build . | first | get cached) true

"import missing from 'no-such-package-of-flow';\nexport default () => missing;\n" | save --force main.ts
let row = flow build . --keep-going | first
assert equal $row.ok false
let message = $row.messages | first
assert equal [$message.file $message.line $message.column] [main.ts 1 21]
$message.message | assert contains 'Could not resolve "no-such-package-of-flow"'
