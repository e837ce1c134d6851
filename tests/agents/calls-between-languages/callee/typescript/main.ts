// Counts on, and says who does.

type Answer = { by: "typescript"; value: number };

export default function handle(value: number): Answer {
  if (value < 0) {
    throw new RangeError(`no negative numbers: ${value}`);
  }
  return { by: "typescript", value: value + 1 };
}
