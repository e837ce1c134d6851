// `console`: to the log for handlers; for programs `log` and its like go to standard output.

import { format, inspect } from "flow:inspect";

const native = globalThis.__native;
const LOG = 2;
let output = LOG;
let indent = "";
const counts = new Map();
const timers = new Map();

/** Programs print to standard output, handlers to the log. */
export function setKind(kind) {
  output = kind === "command" ? 1 : LOG;
}

function print(stream, values) {
  const text = format(...values);
  native.write(stream, (indent ? indent + text.replaceAll("\n", `\n${indent}`) : text) + "\n");
}

function table(rows, columns) {
  if (rows === null || typeof rows !== "object") return print(output, [rows]);
  const records = rows instanceof Map ? [...rows] : Object.entries(rows);
  const names = new Set();
  for (const [, row] of records) {
    if (row !== null && typeof row === "object") Object.keys(row).forEach((name) => names.add(name));
    else names.add("Values");
  }
  const wanted = columns ?? [...names];
  const cell = (row, name) => {
    if (row === null || typeof row !== "object") return name === "Values" ? inspect(row) : "";
    return Object.hasOwn(row, name) ? inspect(row[name], { depth: 0 }) : "";
  };
  const lines = records.map(([index, row]) => [String(index), ...wanted.map((name) => cell(row, name))]);
  const header = ["(index)", ...wanted];
  const widths = header.map((name, at) => Math.max(name.length, ...lines.map((line) => line[at].length)));
  const rule = (left, middle, right) => left + widths.map((width) => "─".repeat(width + 2)).join(middle) + right;
  const line = (cells) => `│${cells.map((text, at) => ` ${text.padEnd(widths[at])} `).join("│")}│`;
  const body = [rule("┌", "┬", "┐"), line(header), rule("├", "┼", "┤"), ...lines.map(line), rule("└", "┴", "┘")];
  print(output, ["%s", body.join("\n")]);
}

const elapsed = (label) => `${label}: ${(native.now() - timers.get(label)).toFixed(3)}ms`;

export const console = {
  log: (...values) => print(output, values),
  info: (...values) => print(output, values),
  debug: (...values) => print(output, values),
  warn: (...values) => print(LOG, values),
  error: (...values) => print(LOG, values),
  trace: (...values) => print(LOG, [`Trace: ${format(...values)}\n${new Error().stack.trimEnd()}`]),
  dir: (value, options) => print(output, ["%s", inspect(value, options)]),
  table,
  assert(condition, ...values) {
    if (!condition) print(LOG, values.length > 0 ? ["Assertion failed:", ...values] : ["Assertion failed"]);
  },
  group(...values) {
    if (values.length > 0) print(output, values);
    indent += "  ";
  },
  groupEnd() {
    indent = indent.slice(2);
  },
  count(label = "default") {
    counts.set(label, (counts.get(label) ?? 0) + 1);
    print(output, [`${label}: ${counts.get(label)}`]);
  },
  countReset(label = "default") {
    counts.delete(label);
  },
  time(label = "default") {
    timers.set(label, native.now());
  },
  timeLog(label = "default", ...values) {
    if (timers.has(label)) print(output, [elapsed(label), ...values]);
  },
  timeEnd(label = "default") {
    if (timers.has(label)) print(output, [elapsed(label)]);
    timers.delete(label);
  },
};
console.groupCollapsed = console.group;
Object.defineProperty(console, "_inspect", { value: (value) => inspect(value) });
