// `structuredClone`.

class DataCloneError extends Error {
  name = "DataCloneError";
}

export function structuredClone(value) {
  return clone(value, new Map());
}

function clone(value, seen) {
  if (typeof value === "function" || typeof value === "symbol") {
    throw new DataCloneError(`a ${typeof value} cannot be cloned`);
  }
  if (value === null || typeof value !== "object") return value;
  if (seen.has(value)) return seen.get(value);
  const keep = (made) => {
    seen.set(value, made);
    return made;
  };
  if (value instanceof Date) return keep(new Date(value));
  if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
  if (value instanceof ArrayBuffer) return keep(value.slice(0));
  if (ArrayBuffer.isView(value)) return keep(cloneView(value, seen));
  for (const Boxed of [Number, String, Boolean]) {
    if (value instanceof Boxed) return keep(Object(value.valueOf()));
  }
  if (value instanceof Map) {
    const made = keep(new Map());
    for (const [key, item] of value) made.set(clone(key, seen), clone(item, seen));
    return made;
  }
  if (value instanceof Set) {
    const made = keep(new Set());
    for (const item of value) made.add(clone(item, seen));
    return made;
  }
  if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet || value instanceof WeakRef) {
    throw new DataCloneError(`a ${value.constructor.name} cannot be cloned`);
  }
  if (value instanceof Error) return cloneError(value, keep, seen);
  const made = keep(Array.isArray(value) ? new Array(value.length) : {});
  for (const key of Object.keys(value)) made[key] = clone(value[key], seen);
  return made;
}

function cloneView(value, seen) {
  const buffer = clone(value.buffer, seen);
  const Type = globalThis[Object.getPrototypeOf(value).constructor.name] ?? Uint8Array;
  const length = value instanceof DataView ? value.byteLength : value.length;
  return new Type(buffer, value.byteOffset, length);
}

function cloneError(error, keep, seen) {
  const known = { EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
  const made = keep(new (known[error.name] ?? Error)(error.message));
  Object.defineProperty(made, "stack", { value: error.stack, configurable: true, writable: true });
  if (Object.hasOwn(error, "cause")) {
    Object.defineProperty(made, "cause", { value: clone(error.cause, seen), configurable: true, writable: true });
  }
  return made;
}
