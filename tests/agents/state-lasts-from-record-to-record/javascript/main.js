// Counts the records.

let records = 0;

export default function handle(record) {
  records += 1;
  return records;
}
