// Values that JSON lacks, on their way in and out.

/** Says what an object of the SDK is for. */
const kindSymbol = Symbol.for("flow.kind");
/** The text that a Date was read from, which may say more than a Date holds. */
const textSymbol = Symbol("flow.datetime");

export const kindOf = (value) => value[kindSymbol];

export function datetime(text) {
  // Digits beyond milliseconds are kept in the text only.
  const date = new Date(text.replace(/(\.\d{3})\d+/, "$1"));
  if (Number.isNaN(date.getTime())) throw new SyntaxError(`\`$datetime\` is no date: ${text}`);
  Object.defineProperty(date, textSymbol, { value: [text, date.getTime()] });
  return date;
}

/** RFC 3339; null where the date is none. */
export function datetimeText(date) {
  const time = date.getTime();
  if (Number.isNaN(time)) return null;
  const [text, then] = date[textSymbol] ?? [];
  return then === time ? text : date.toISOString();
}

/** What stands for an object of the language that JSON has no word for. */
export function plain(value) {
  if (value instanceof Map) {
    const record = Object.create(null);
    for (const [key, item] of value) {
      if (typeof key === "object" || typeof key === "symbol") {
        throw new TypeError("a Map whose keys are not strings is not JSON");
      }
      record[key] = item;
    }
    return record;
  }
  if (value instanceof Set) return Array.from(value);
  return value.valueOf();
}

/** The numbers in an array that has a type; null for anything else. */
export const items = (value) => (ArrayBuffer.isView(value) && !(value instanceof DataView) ? Array.from(value) : null);

/** Everything that a generator yields, as records. */
export function collect(many, generator) {
  if (Symbol.iterator in generator) return many(generator);
  return Array.fromAsync(generator).then((records) => many(records));
}

/** One object of each kind that has a class of its own. */
export const samples = {
  date: new Date(0),
  map: new Map(),
  set: new Set(),
  generator: (function* () {})(),
  asyncGenerator: (async function* () {})(),
  promise: Promise.resolve(),
  regexp: /x/,
  number: Object(1),
  string: Object(""),
  boolean: Object(true),
  bigint: Object(1n),
  plain: {},
};
