// `node:assert`.

import { inspect, isDeepStrictEqual } from "node:util";

export class AssertionError extends Error {
  name = "AssertionError";
  code = "ERR_ASSERTION";
  constructor({ message, actual, expected, operator }) {
    super(message ?? `${inspect(actual)} ${operator} ${inspect(expected)}`);
    Object.assign(this, { actual, expected, operator });
  }
}

function check(holds, message, actual, expected, operator) {
  if (holds) return;
  if (message instanceof Error) throw message;
  throw new AssertionError({ message, actual, expected, operator });
}

export function ok(value, message) {
  check(value, message ?? "The expression evaluated to a falsy value", value, true, "==");
}
export const assert = (value, message) => ok(value, message);
export const equal = (one, other, message) => check(Object.is(one, other), message, one, other, "should equal");
export const notEqual = (one, other, message) => check(!Object.is(one, other), message, one, other, "should not equal");
export const deepEqual = (one, other, message) =>
  check(isDeepStrictEqual(one, other), message, one, other, "should deeply equal");
export const notDeepEqual = (one, other, message) =>
  check(!isDeepStrictEqual(one, other), message, one, other, "should not deeply equal");
export const match = (text, pattern, message) => check(pattern.test(text), message, text, pattern, "should match");
export function fail(message = "Failed") {
  check(false, message, undefined, undefined, "fail");
}

function matches(error, expected) {
  if (expected === undefined) return true;
  if (expected instanceof RegExp) return expected.test(String(error));
  if (typeof expected === "function") {
    return expected.prototype !== undefined && error instanceof expected ? true : expected(error) === true;
  }
  return Object.entries(expected).every(([key, value]) =>
    value instanceof RegExp ? value.test(error[key]) : isDeepStrictEqual(error[key], value),
  );
}

export function throws(work, expected, message) {
  try {
    work();
  } catch (error) {
    if (matches(error, expected)) return;
    throw error;
  }
  check(false, message ?? "Missing expected exception.", undefined, expected, "throws");
}

export async function rejects(work, expected, message) {
  try {
    await (typeof work === "function" ? work() : work);
  } catch (error) {
    if (matches(error, expected)) return;
    throw error;
  }
  check(false, message ?? "Missing expected rejection.", undefined, expected, "rejects");
}

export const strictEqual = equal;
export const notStrictEqual = notEqual;
export const deepStrictEqual = deepEqual;
export const notDeepStrictEqual = notDeepEqual;
Object.assign(assert, {
  AssertionError,
  ok,
  equal,
  notEqual,
  deepEqual,
  notDeepEqual,
  strictEqual,
  notStrictEqual,
  deepStrictEqual,
  notDeepStrictEqual,
  match,
  fail,
  throws,
  rejects,
});
assert.strict = assert;
export const strict = assert;
export default assert;
