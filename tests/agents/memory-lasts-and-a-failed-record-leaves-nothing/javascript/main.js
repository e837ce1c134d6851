// Keeps a total.

import { memory } from "flow";

export default async function handle(number) {
  const first = await memory.compareAndSet("counts", "first", undefined, true);
  const total = ((await memory.get("counts", "total")) ?? 0) + number;
  await memory.set("counts", "total", total);
  const deleted = await memory.delete("counts", "gone");
  if (number < 0) {
    throw new RangeError("negative");
  }
  return { total, first, deleted, keys: [...(await memory.keys("counts"))] };
}
