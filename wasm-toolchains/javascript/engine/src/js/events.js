// `node:events`.

export class EventEmitter {
  #listeners = new Map();
  static defaultMaxListeners = 10;

  #add(name, listener, once, first) {
    if (typeof listener !== "function") throw new TypeError("a listener has to be a function");
    if (name !== "newListener" && this.listenerCount("newListener") > 0) this.emit("newListener", name, listener);
    const list = this.#listeners.get(name) ?? [];
    const entry = { listener, once };
    this.#listeners.set(name, first ? [entry, ...list] : [...list, entry]);
    return this;
  }
  on(name, listener) {
    return this.#add(name, listener, false, false);
  }
  addListener(name, listener) {
    return this.#add(name, listener, false, false);
  }
  once(name, listener) {
    return this.#add(name, listener, true, false);
  }
  prependListener(name, listener) {
    return this.#add(name, listener, false, true);
  }
  prependOnceListener(name, listener) {
    return this.#add(name, listener, true, true);
  }
  off(name, listener) {
    const list = this.#listeners.get(name) ?? [];
    const at = list.findLastIndex((each) => each.listener === listener);
    if (at === -1) return this;
    const rest = list.toSpliced(at, 1);
    if (rest.length === 0) this.#listeners.delete(name);
    else this.#listeners.set(name, rest);
    if (name !== "removeListener") this.emit("removeListener", name, listener);
    return this;
  }
  removeListener(name, listener) {
    return this.off(name, listener);
  }
  removeAllListeners(name) {
    if (name === undefined) this.#listeners.clear();
    else this.#listeners.delete(name);
    return this;
  }
  emit(name, ...values) {
    const list = this.#listeners.get(name);
    if (list === undefined) {
      if (name !== "error") return false;
      const [error] = values;
      throw error instanceof Error ? error : new Error(`Unhandled error. (${String(error)})`);
    }
    for (const { listener, once } of list) {
      if (once) this.off(name, listener);
      listener.apply(this, values);
    }
    return true;
  }
  listenerCount(name) {
    return this.#listeners.get(name)?.length ?? 0;
  }
  listeners(name) {
    return (this.#listeners.get(name) ?? []).map((each) => each.listener);
  }
  rawListeners(name) {
    return this.listeners(name);
  }
  eventNames() {
    return [...this.#listeners.keys()];
  }
  setMaxListeners() {
    return this;
  }
  getMaxListeners() {
    return EventEmitter.defaultMaxListeners;
  }
}

/** The values of the next event of that name. */
export function once(emitter, name) {
  return new Promise((resolve, reject) => {
    const done = (...values) => {
      emitter.off("error", failed);
      resolve(values);
    };
    const failed = (error) => {
      emitter.off(name, done);
      reject(error);
    };
    emitter.once(name, done);
    if (name !== "error") emitter.once("error", failed);
  });
}

/** The values of each event of that name, without end. */
export async function* on(emitter, name) {
  const waiting = [];
  let wake = () => {};
  const listener = (...values) => {
    waiting.push(values);
    wake();
  };
  emitter.on(name, listener);
  try {
    while (true) {
      while (waiting.length > 0) yield waiting.shift();
      await new Promise((resolve) => (wake = resolve));
    }
  } finally {
    emitter.off(name, listener);
  }
}

EventEmitter.EventEmitter = EventEmitter;
EventEmitter.once = once;
EventEmitter.on = on;
export default EventEmitter;
