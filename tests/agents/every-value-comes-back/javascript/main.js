// Gives back what came.

export default function handle(record) {
  return { echo: record };
}
