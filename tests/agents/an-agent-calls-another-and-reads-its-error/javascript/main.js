// Calls the agent that it is told.

import { CallError, call } from "flow";

export default async function handle({ agent, value }) {
  try {
    return { answer: await call(agent, value) };
  } catch (error) {
    if (error instanceof CallError) {
      return { error: error.message.split("\n")[0] };
    }
    throw error;
  }
}
