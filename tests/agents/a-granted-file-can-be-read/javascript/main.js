// Reads the file that it is told.

import { readFileSync } from "node:fs";

export default function handle(path) {
  return readFileSync(path, "utf8");
}
