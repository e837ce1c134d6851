// Keeps what is even.

export default function handle(record: number): number | undefined {
  return record % 2 === 0 ? record : undefined;
}
