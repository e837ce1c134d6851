// Answers with what it was given, several times, not at all, or with an error.

import { many } from "flow";

export default function handle(value) {
  switch (value) {
    case "bad":
      throw new RangeError("no bad values");
    case "several":
      return many(1, 2, 3);
    case "none":
      return many();
    default:
      return value;
  }
}
