// Never ends with the second record.

export default function handle(record: number): number {
  while (record === 2) {}
  return record;
}
