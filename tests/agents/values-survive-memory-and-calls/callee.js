// Answers with what it was given.

export default function handle(value) {
  return value;
}
