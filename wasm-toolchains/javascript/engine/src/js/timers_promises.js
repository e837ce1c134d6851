// `node:timers/promises`.

import * as timers from "flow:timers";

export const setTimeout = (wait, value) => new Promise((resolve) => timers.setTimeout(resolve, wait, value));
export const setImmediate = (value) => new Promise((resolve) => timers.setTimeout(resolve, 0, value));
export async function* setInterval(wait, value) {
  while (true) yield await setTimeout(wait, value);
}
export const scheduler = { wait: (wait) => setTimeout(wait), yield: () => setImmediate() };
export default { setTimeout, setImmediate, setInterval, scheduler };
