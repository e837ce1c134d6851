// Keeps a value, reads it again, and has another agent give it back.

import { call, memory } from "flow";

export default async function handle<T>(value: T) {
  await memory.set("values", "kept", value as never);
  return { kept: await memory.get("values", "kept"), called: await call("echo", value as never) };
}
