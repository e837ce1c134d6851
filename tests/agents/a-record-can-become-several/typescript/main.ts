// Counts up to what came.

import { many } from "flow";

export default function handle(record: number) {
  return many(...Array(record).keys());
}
