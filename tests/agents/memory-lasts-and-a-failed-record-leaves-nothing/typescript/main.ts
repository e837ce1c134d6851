// Keeps a total.

import { memory } from "flow";

type Counted = { total: number; first: boolean; deleted: boolean; keys: string[] };

export default async function handle(number: number): Promise<Counted> {
  const first = await memory.compareAndSet("counts", "first", undefined, true);
  const before = (await memory.get("counts", "total")) as number | undefined;
  const total = (before ?? 0) + number;
  await memory.set("counts", "total", total);
  const deleted = await memory.delete("counts", "gone");
  if (number < 0) {
    throw new RangeError("negative");
  }
  return { total, first, deleted, keys: [...(await memory.keys("counts"))] };
}
