// Answers with an integer that is one too large.

type Answer = { answer: { large: bigint } };

export default function handle(_record: number): Answer {
  return { answer: { large: 2n ** 63n } };
}
