// Keeps a value, reads it again, and has another agent give it back.

import { call, memory } from "flow";

export default async function handle(value) {
  await memory.set("values", "kept", value);
  return { kept: await memory.get("values", "kept"), called: await call("echo", value) };
}
