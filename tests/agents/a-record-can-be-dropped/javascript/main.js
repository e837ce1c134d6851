// Keeps what is even.

export default function handle(record) {
  return record % 2 === 0 ? record : undefined;
}
