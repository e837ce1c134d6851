// What an agent may import as `flow`: part of the engine, and here for Node, where
// tests run. Memory and other agents are there only inside flow.

const kind = Symbol.for("flow.kind");
const native = globalThis.__native ?? absent();

/** Several records, or none; made by `many`. */
export class Many {
  constructor(records) {
    this.records = records;
  }
}
Many.prototype[kind] = "many";

/** Each argument as a record of its own. A single iterable that is no string stands for the records in it. */
export function many(...records) {
  const [only] = records;
  if (records.length === 1 && only !== null && typeof only === "object" && Symbol.iterator in only && !ArrayBuffer.isView(only)) {
    return new Many(Array.from(only));
  }
  return new Many(records);
}

/** Nothing: the record is dropped. */
export const drop = Object.freeze(new Many(Object.freeze([])));

const whole = (value) => (typeof value === "bigint" ? value : BigInt(Math.round(value)));
const narrow = (value) => (value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value);

/** A span of time that becomes a duration in Nushell; as a number it is milliseconds. */
export class Duration {
  constructor(nanoseconds) {
    this.nanoseconds = narrow(whole(nanoseconds));
  }
  static milliseconds(count) {
    return new Duration(count * 1e6);
  }
  static seconds(count) {
    return new Duration(count * 1e9);
  }
  static minutes(count) {
    return new Duration(count * 60e9);
  }
  static hours(count) {
    return new Duration(count * 3600e9);
  }
  static days(count) {
    return new Duration(count * 86400e9);
  }
  get milliseconds() {
    return Number(this.nanoseconds) / 1e6;
  }
  get seconds() {
    return Number(this.nanoseconds) / 1e9;
  }
  valueOf() {
    return this.milliseconds;
  }
  toString() {
    return `${this.nanoseconds}ns`;
  }
}
Duration.prototype[kind] = "duration";

/** A number of bytes that becomes a file size in Nushell. */
export class Filesize {
  constructor(bytes) {
    this.bytes = narrow(whole(bytes));
  }
  valueOf() {
    return Number(this.bytes);
  }
  toString() {
    return `${this.bytes}`;
  }
}
Filesize.prototype[kind] = "filesize";

/** A namespace or an agent that was not granted. */
export class RefusedError extends Error {}
/** The agent that was called, or the memory, answered with an error. */
export class CallError extends Error {}
/** There is no memory and no other agent: this is not inside flow. */
export class UnavailableError extends Error {}
for (const kind of [RefusedError, CallError, UnavailableError]) {
  Object.defineProperty(kind.prototype, "name", { value: kind.name, writable: true, configurable: true });
}

/** Durable memory, by namespace: values by key that outlive the agent. */
export const memory = Object.freeze({
  get: (namespace, key) => native.memoryGet(namespace, key),
  set(namespace, key, value, { expiresIn } = {}) {
    native.memorySet(namespace, key, value, expiresIn === undefined ? undefined : nanoseconds(expiresIn));
  },
  delete: (namespace, key) => native.memoryDelete(namespace, key),
  keys: (namespace, prefix = "") => native.memoryKeys(namespace, prefix),
  compareAndSet: (namespace, key, expected, value) => native.memoryCompareAndSet(namespace, key, expected, value),
});

/** Hands a record to another agent and returns its answer. */
export const call = (agent, record) => native.call(agent, record);

function nanoseconds(span) {
  const count = span instanceof Duration ? Number(span.nanoseconds) : Math.round(Number(span) * 1e6);
  if (!(count >= 0)) throw new RangeError(`a value cannot expire in ${span} milliseconds`);
  if (count >= 2 ** 64) throw new RangeError("a value expires in 584 years at most");
  return count;
}

/** Outside of flow there is none of these. */
function absent() {
  const refuse = (_, name) => () => {
    throw new UnavailableError(
      name === "call" ? "other agents can be called only inside flow" : "durable memory exists only inside flow",
    );
  };
  return new Proxy({}, { get: refuse });
}

export default { many, drop, Many, Duration, Filesize, memory, call, RefusedError, CallError, UnavailableError };
