// Counts on, and says who does.

export default function handle(value) {
  if (value < 0) {
    throw new RangeError(`no negative numbers: ${value}`);
  }
  return { by: "javascript", value: value + 1 };
}
