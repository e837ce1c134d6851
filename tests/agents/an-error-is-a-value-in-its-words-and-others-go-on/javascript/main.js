// Refuses negative numbers.

export default function handle(record) {
  if (record < 0) {
    throw new RangeError(`no negative numbers: ${record}`);
  }
  return record;
}
