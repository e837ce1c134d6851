// A small agent: what `node` does with it too, as a process of its own.

export default function handle(record) {
  const words = record.text.match(/\w+/g);
  const longest = words.reduce((one, other) => (other.length > one.length ? other : one));
  return { id: record.id, score: words.length / 10, longest };
}
