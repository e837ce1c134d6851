// Calls the agent that it is told, and says who does.

import flow from "flow";

export default async function handle({ to, value }) {
  return { from: "javascript", answer: await flow.call(to, value) };
}
