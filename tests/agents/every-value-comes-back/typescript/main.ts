// Gives back what came.

export default function handle<T>(record: T): { echo: T } {
  return { echo: record };
}
