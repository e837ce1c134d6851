// `crypto`: random numbers; `node:crypto` has the same.

import { Buffer } from "node:buffer";

const native = globalThis.__native;

export function getRandomValues(array) {
  if (!ArrayBuffer.isView(array) || array instanceof DataView || array instanceof Float32Array || array instanceof Float64Array) {
    throw new TypeError("getRandomValues takes an array of integers");
  }
  if (array.byteLength > 65536) throw new RangeError("getRandomValues gives at most 65536 bytes at a time");
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(native.randomBytes(array.byteLength));
  return array;
}

export function randomUUID() {
  const bytes = native.randomBytes(16);
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const digits = bytes.toHex();
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join("-");
}

export const randomBytes = (count) => Buffer.from(native.randomBytes(count));

export function randomInt(least, beyond) {
  const [from, to] = beyond === undefined ? [0, least] : [least, beyond];
  const span = to - from;
  // Numbers above the last multiple of the span would favour small ones.
  const limit = 2 ** 48 - (2 ** 48 % span);
  while (true) {
    const number = native.randomBytes(6).reduce((sum, byte) => sum * 256 + byte, 0);
    if (number < limit) return from + (number % span);
  }
}

export const webcrypto = { getRandomValues, randomUUID };
export default { getRandomValues, randomUUID, randomBytes, randomInt, webcrypto };
