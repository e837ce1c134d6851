// Reads and writes the memory as it is told.

import { memory } from "flow";

type What = "read" | "write" | "other";

export default async function handle(what: What): Promise<{ found: unknown }> {
  switch (what) {
    case "read":
      return { found: (await memory.get("prices", "tea")) ?? null };
    case "other":
      return { found: (await memory.get("secrets", "x")) ?? null };
    case "write":
      await memory.set("prices", "tea", 3);
  }
  throw new RangeError(`unknown: ${what}`);
}
