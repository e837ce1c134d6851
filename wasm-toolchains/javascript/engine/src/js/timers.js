// Timers. They wait for real: the engine sleeps until the next one is due.

const native = globalThis.__native;
const LONGEST = 2 ** 31 - 1;
let timers = [];
let last = 0;

class Timeout {
  constructor(id) {
    this.id = id;
  }
  ref() {
    return this;
  }
  unref() {
    return this;
  }
  hasRef() {
    return true;
  }
  [Symbol.toPrimitive]() {
    return this.id;
  }
}

function add(callback, wait, values, repeats) {
  if (typeof callback !== "function") throw new TypeError("the first argument of a timer has to be a function");
  const delay = wait >= 1 && wait <= LONGEST ? Number(wait) : 1;
  const timer = { id: ++last, callback, values, delay, due: native.now() + delay, repeats };
  insert(timer);
  return new Timeout(timer.id);
}

function insert(timer) {
  let at = timers.length;
  while (at > 0 && timers[at - 1].due > timer.due) at -= 1;
  timers.splice(at, 0, timer);
}

export const setTimeout = (callback, wait, ...values) => add(callback, wait, values, false);
export const setInterval = (callback, wait, ...values) => add(callback, wait, values, true);
export const setImmediate = (callback, ...values) => add(callback, 0, values, false);

export function clearTimeout(timer) {
  if (timer === undefined || timer === null) return;
  const id = Number(timer);
  timers = timers.filter((each) => each.id !== id);
}
export const clearInterval = clearTimeout;
export const clearImmediate = clearTimeout;

/** Milliseconds until the next timer is due; -1 where there is none. */
export function nextTimer() {
  return timers.length === 0 ? -1 : Math.max(0, timers[0].due - native.now());
}

/** Runs the first timer if it is due: what it leaves to do comes before the next. */
export function runTimers() {
  const [timer] = timers;
  if (timer === undefined || timer.due > native.now()) return;
  timers.shift();
  if (timer.repeats) {
    timer.due = native.now() + timer.delay;
    insert(timer);
  }
  timer.callback(...timer.values);
}

/** After a snapshot: the clock is another one. */
export function restartTimers(before) {
  const passed = native.now() - before;
  for (const timer of timers) timer.due += passed;
}
