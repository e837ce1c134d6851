// Refuses negative numbers.

class Refusal extends RangeError {
  constructor(public readonly refused: number) {
    super(`no negative numbers: ${refused}`);
  }
}

export default function handle(record: number): number {
  if (record < 0) {
    throw new Refusal(record);
  }
  return record;
}
