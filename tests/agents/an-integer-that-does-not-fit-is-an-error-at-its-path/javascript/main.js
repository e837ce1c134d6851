// Answers with an integer that is one too large.

export default function handle(record) {
  return { answer: { large: 2n ** 63n } };
}
