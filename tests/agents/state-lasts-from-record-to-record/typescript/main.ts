// Counts the records.

let records: number = 0;

export default function handle(_record: string): number {
  records += 1;
  return records;
}
