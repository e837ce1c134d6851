// Calls the template's package as a program for Node would.
const assert = require("node:assert");
const { handle } = require("./pkg/packed.js");

const order = {
  id: 7,
  customer: "Zoë",
  placed: "2026-11-23T08:30:00+01:00",
  items: [{ sku: "a", quantity: 2, price: 9.95 }],
  notes: "",
};
const packing = handle(order);
assert.strictEqual(packing.units, 2);
assert.strictEqual(packing.total, 19.9);
assert.deepStrictEqual(packing.placed, { $datetime: "2026-11-23T08:30:00+01:00" });

// Beyond 2^53 integers are exact as BigInt, both ways.
assert.strictEqual(handle({ ...order, id: 9007199254740993n }).id, 9007199254740993n);
assert.strictEqual(handle({ ...order, id: -(2n ** 63n) }).id, -(2n ** 63n));

assert.throws(() => handle({ ...order, items: [] }), /^Error: order 7 has no items$/);
assert.throws(
  () => handle({ ...order, items: [{ quantity: "two" }] }),
  /input does not fit at `items\.0\.quantity`: invalid type: string "two", expected u32/,
);
assert.throws(() => handle(undefined), /^Error: the record is not a JSON value$/);
const circle = {};
circle.self = circle;
assert.throws(() => handle(circle), TypeError);
