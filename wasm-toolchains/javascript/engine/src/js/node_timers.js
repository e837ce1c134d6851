// `node:timers`.

export { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate } from "flow:timers";
import * as timers from "flow:timers";
const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate } = timers;
export default { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate };
