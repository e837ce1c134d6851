import assert from "node:assert";
import { test } from "node:test";

import handle from "./main.ts";

const order = (items: { sku: string; quantity: number; price: number }[]) => ({
  id: 7,
  customer: "Zoë",
  placed: "2026-11-23T08:30:00+01:00",
  items,
  notes: "ring twice",
});

test("an order is summed up", () => {
  const packing = handle(
    order([
      { sku: "a", quantity: 2, price: 9.95 },
      { sku: "b", quantity: 1, price: 0.1 },
    ]),
  );
  assert.deepStrictEqual([packing.units, packing.total], [3, 20]);
  assert.strictEqual(packing.placed.toISOString(), "2026-11-23T07:30:00.000Z");
  assert.strictEqual(packing.packing.seconds, 90);
  assert.strictEqual(packing.notes.bytes, 10);
});

test("an order without items is an error", () => {
  assert.throws(() => handle(order([])), /order 7 has no items/);
});
