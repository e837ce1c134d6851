// What an agent may import as `flow`: part of the engine, and here for Node, where
// tests run. Memory and peers are there only inside flow.

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

/** Durable memory, by namespace. Values are anything that JSON can say. */
export const memory = Object.freeze({
  async get(namespace, key) {
    const text = native.memoryGet(namespace, key);
    return text === undefined || text === null ? undefined : JSON.parse(text);
  },
  async set(namespace, key, value, options = {}) {
    const { expiresIn } = options;
    const nanoseconds = expiresIn === undefined ? undefined : Number(expiresIn) * 1e6;
    native.memorySet(namespace, key, json(value), nanoseconds);
  },
  async delete(namespace, key) {
    return native.memoryDelete(namespace, key);
  },
  async keys(namespace, prefix = "") {
    const found = [];
    let cursor = null;
    do {
      const page = native.memoryKeys(namespace, prefix, cursor);
      found.push(...page.keys);
      cursor = page.cursor ?? null;
    } while (cursor !== null);
    return found;
  },
  async compareAndSet(namespace, key, expected, value) {
    return native.memoryCompareAndSet(namespace, key, expected === undefined ? null : json(expected), json(value));
  },
});

/** Calls to other agents. */
export const peers = Object.freeze({
  async call(agent, record) {
    const answer = JSON.parse(native.call(agent, json(record)));
    return answer !== null && typeof answer === "object" && "$emit" in answer ? many(answer.$emit) : answer;
  },
});

/** Outside of flow every capability says that it is one of flow. */
function absent() {
  const refuse = (_, name) => () => {
    throw new Error(`\`${name}\` works only where flow runs the agent`);
  };
  return new Proxy({}, { get: refuse });
}

function json(value) {
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`a ${typeof value} has no form in JSON`);
  return text;
}

export default { many, drop, Many, Duration, Filesize, memory, peers };
