// Recurses without end at the second record.

function deeper(depth) {
  return 1 + deeper(depth + 1);
}

export default function handle(record) {
  if (record === 2) {
    deeper(0);
  }
  return record;
}
