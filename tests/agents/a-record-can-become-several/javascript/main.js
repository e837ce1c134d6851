// Counts up to what came.

import { many } from "flow";

export default function handle(record) {
  return many(...Array(record).keys());
}
