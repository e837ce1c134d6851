// Calls the agent that it is told.

import { CallError, call } from "flow";

type Task = { agent: string; value: unknown };
type Outcome = { answer: unknown } | { error: string };

export default async function handle({ agent, value }: Task): Promise<Outcome> {
  try {
    return { answer: await call(agent, value as never) };
  } catch (error) {
    if (error instanceof CallError) {
      return { error: error.message.split("\n")[0]! };
    }
    throw error;
  }
}
