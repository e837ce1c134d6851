// `node:util`.

import { custom, format, inspect } from "flow:inspect";
import { TextDecoder, TextEncoder } from "flow:encoding";

export { TextDecoder, TextEncoder, format, inspect };

const promisified = Symbol.for("nodejs.util.promisify.custom");

export function promisify(work) {
  if (typeof work !== "function") throw new TypeError('The "original" argument must be of type function');
  if (work[promisified]) return work[promisified];
  return function (...values) {
    return new Promise((resolve, reject) => {
      work.call(this, ...values, (error, value) => (error ? reject(error) : resolve(value)));
    });
  };
}
promisify.custom = promisified;

export function callbackify(work) {
  return function (...values) {
    const callback = values.pop();
    work.apply(this, values).then((value) => callback(null, value), (error) => callback(error));
  };
}

export function inherits(constructor, parent) {
  Object.defineProperty(constructor, "super_", { value: parent, writable: true, configurable: true });
  Object.setPrototypeOf(constructor.prototype, parent.prototype);
}

export const deprecate = (work) => work;
export const stripVTControlCharacters = (text) => text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, "");

export function isDeepStrictEqual(one, other) {
  if (Object.is(one, other)) return true;
  if (one === null || other === null || typeof one !== "object" || typeof other !== "object") return false;
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
  if (one instanceof Date) return one.getTime() === other.getTime();
  if (one instanceof RegExp) return String(one) === String(other);
  if (one instanceof Error && (one.message !== other.message || one.name !== other.name)) return false;
  if (one instanceof Map) {
    return one.size === other.size && [...one].every(([key, value]) => other.has(key) && isDeepStrictEqual(value, other.get(key)));
  }
  if (one instanceof Set) {
    const rest = [...other];
    return one.size === other.size && [...one].every((value) => other.has(value) || rest.some((each) => isDeepStrictEqual(value, each)));
  }
  const keys = Reflect.ownKeys(one).filter((key) => key !== "length" && key !== "stack");
  const others = Reflect.ownKeys(other).filter((key) => key !== "length" && key !== "stack");
  return keys.length === others.length && one.length === other.length && keys.every((key) => Object.hasOwn(other, key) && isDeepStrictEqual(one[key], other[key]));
}

export const types = {
  isDate: (value) => value instanceof Date,
  isRegExp: (value) => value instanceof RegExp,
  isPromise: (value) => value instanceof Promise,
  isMap: (value) => value instanceof Map,
  isSet: (value) => value instanceof Set,
  isNativeError: (value) => value instanceof Error,
  isTypedArray: (value) => ArrayBuffer.isView(value) && !(value instanceof DataView),
  isUint8Array: (value) => value instanceof Uint8Array,
  isArrayBuffer: (value) => value instanceof ArrayBuffer,
  isAsyncFunction: (value) => Object.prototype.toString.call(value) === "[object AsyncFunction]",
  isGeneratorFunction: (value) => Object.prototype.toString.call(value) === "[object GeneratorFunction]",
};

inspect.custom = custom;
export default {
  TextDecoder,
  TextEncoder,
  format,
  inspect,
  promisify,
  callbackify,
  inherits,
  deprecate,
  stripVTControlCharacters,
  isDeepStrictEqual,
  types,
};
