// Never ends with the second record.

export default function handle(record) {
  while (record === 2) {}
  return record;
}
