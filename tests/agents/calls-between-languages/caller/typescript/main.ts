// Calls the agent that it is told, and says who does.

import flow from "flow";

type Task = { to: string; value: number };

export default async function handle({ to, value }: Task) {
  return { from: "typescript", answer: await flow.call(to, value) };
}
