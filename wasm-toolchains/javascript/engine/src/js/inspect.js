// Values as text for people: `console.log`, `util.inspect`, `util.format`.

const identifier = /^[A-Za-z_$][\w$]*$/;
const WIDTH = 72;

export const custom = Symbol.for("nodejs.util.inspect.custom");

export function inspect(value, options = {}) {
  const settings = typeof options === "boolean" ? { showHidden: options } : options;
  return show(value, { depth: 2, compact: 3, ...settings }, 0, []);
}
inspect.custom = custom;
inspect.defaultOptions = {};

function quote(text) {
  const mark = !text.includes("'") ? "'" : !text.includes('"') ? '"' : !text.includes("`") ? "`" : "'";
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
  return mark + (mark === "'" ? escaped.replaceAll("'", "\\'") : escaped) + mark;
}

function primitive(value) {
  switch (typeof value) {
    case "string":
      return quote(value);
    case "bigint":
      return `${value}n`;
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "symbol":
      return value.toString();
    default:
      return String(value);
  }
}

function className(value) {
  const prototype = Object.getPrototypeOf(value);
  if (prototype === null) return "[Object: null prototype]";
  return prototype.constructor?.name ?? "Object";
}

/** An error with its frames, as other runtimes print it. */
export function errorText(error) {
  const stack = typeof error.stack === "string" ? error.stack.trimEnd() : "";
  const header = String(Error.prototype.toString.call(error));
  const frames = stack.split("\n").filter((line) => !/\((flow|node):|at (flow|node):|\(native\)/.test(line));
  return [header, ...frames].filter(Boolean).join("\n");
}

function show(value, settings, level, above) {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return primitive(value);
  if (above.includes(value)) return "[Circular *1]";
  const own = value[custom];
  if (typeof own === "function" && own !== inspect) {
    const depth = settings.depth === null ? null : settings.depth - level;
    const shown = own.call(value, depth, settings, inspect);
    return typeof shown === "string" ? shown : show(shown, settings, level, above);
  }
  if (typeof value === "function") return withProperties(functionText(value), value, settings, level, above);
  if (value instanceof Error) return withProperties(errorLines(value, settings, level, above), value, settings, level, above);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (value instanceof RegExp) return String(value);
  if (value instanceof Promise) return "Promise {}";
  for (const Boxed of [Number, String, Boolean]) {
    if (value instanceof Boxed) return `[${Boxed.name}: ${primitive(value.valueOf())}]`;
  }
  return nested(value, settings, level, above);
}

function functionText(value) {
  const source = Function.prototype.toString.call(value);
  if (source.startsWith("class")) return `[class ${value.name || "(anonymous)"}]`;
  return value.name ? `[Function: ${value.name}]` : "[Function (anonymous)]";
}

function errorLines(error, settings, level, above) {
  const text = level === 0 ? errorText(error) : `[${Error.prototype.toString.call(error)}]`;
  if (error.cause === undefined) return text;
  return `${text} {\n  [cause]: ${show(error.cause, settings, level + 1, [...above, error])}\n}`;
}

function withProperties(text, value, settings, level, above) {
  const keys = Object.keys(value).filter((key) => !(value instanceof Error && ["cause", "message", "stack"].includes(key)));
  if (keys.length === 0 || level > settings.depth) return text;
  const parts = keys.map((key) => property(value, key, settings, level, [...above, value]));
  return `${text} ${join(parts, "{", "}", level)}`;
}

function nested(value, settings, level, above) {
  const name = className(value);
  const isArray = Array.isArray(value);
  if (settings.depth !== null && level > settings.depth) return isArray ? "[Array]" : `[${name}]`;
  const inner = [...above, value];
  const item = (each) => show(each, settings, level + 1, inner);
  if (isArray || (ArrayBuffer.isView(value) && !(value instanceof DataView))) {
    const limit = settings.maxArrayLength ?? 100;
    const shown = Array.from(value.slice(0, limit), item);
    if (value.length > limit) shown.push(`... ${value.length - limit} more items`);
    if (isArray) {
      for (const key of Object.keys(value)) {
        if (!/^\d+$/.test(key)) shown.push(property(value, key, settings, level, inner));
      }
    }
    return join(shown, isArray ? "[" : `${name}(${value.length}) [`, "]", level);
  }
  if (value instanceof Map) {
    const entries = Array.from(value, ([key, each]) => `${item(key)} => ${item(each)}`);
    return join(entries, `Map(${value.size}) {`, "}", level);
  }
  if (value instanceof Set) return join(Array.from(value, item), `Set(${value.size}) {`, "}", level);
  const keys = Reflect.ownKeys(value).filter((key) => Object.prototype.propertyIsEnumerable.call(value, key));
  const parts = keys.map((key) => property(value, key, settings, level, inner));
  const tag = value[Symbol.toStringTag];
  const label = typeof tag === "string" && tag !== name ? `${name} [${tag}]` : name;
  return join(parts, label === "Object" ? "{" : `${label} {`, "}", level);
}

function property(value, key, settings, level, above) {
  const described = Object.getOwnPropertyDescriptor(value, key) ?? {};
  const name = typeof key === "symbol" ? `[${key.toString()}]` : identifier.test(key) ? key : quote(key);
  if (described.get) return `${name}: [${described.set ? "Getter/Setter" : "Getter"}]`;
  if (described.set) return `${name}: [Setter]`;
  return `${name}: ${show(described.value, settings, level + 1, above)}`;
}

function join(parts, open, close, level) {
  if (parts.length === 0) return open + close;
  const length = parts.reduce((sum, part) => sum + part.length + 2, open.length);
  if (length + level * 2 <= WIDTH && !parts.some((part) => part.includes("\n"))) {
    return `${open} ${parts.join(", ")} ${close}`;
  }
  const indent = "  ".repeat(level + 1);
  return `${open}\n${parts.map((part) => indent + part).join(",\n")}\n${"  ".repeat(level)}${close}`;
}

/** `%s`, `%d`, `%i`, `%f`, `%j`, `%o`, `%O`, `%c` and `%%`, then what is left. */
export function format(...values) {
  const [first, ...rest] = values;
  if (typeof first !== "string") return values.map((each) => plainText(each)).join(" ");
  const text = first.replace(/%[sdifjoOc%]/g, (sign) => {
    if (sign === "%%") return "%";
    if (rest.length === 0) return sign;
    const value = rest.shift();
    switch (sign) {
      case "%s":
        return typeof value === "object" && value !== null ? inspect(value, { depth: 0 }) : plainText(value);
      case "%d":
        return typeof value === "bigint" ? `${value}n` : String(Number(value));
      case "%i":
        return typeof value === "bigint" ? `${value}n` : String(Number.parseInt(value, 10));
      case "%f":
        return String(Number.parseFloat(value));
      case "%j":
        return JSON.stringify(value);
      case "%c":
        return "";
      default:
        return inspect(value);
    }
  });
  return [text, ...rest.map((each) => plainText(each))].join(" ");
}

const plainText = (value) => (typeof value === "string" ? value : inspect(value));
