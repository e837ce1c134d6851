// Run once: puts the globals in place and hands Rust what it calls.

import { many } from "flow";
import * as flow from "flow";
import * as cloning from "flow:clone";
import * as consoles from "flow:console";
import * as encoding from "flow:encoding";
import * as targets from "flow:events";
import * as records from "flow:records";
import * as timers from "flow:timers";
import { Buffer } from "node:buffer";
import * as crypto from "node:crypto";
import * as processes from "node:process";
import * as urls from "node:url";
import "node:assert";
import "node:assert/strict";
import "node:events";
import "node:fs";
import "node:fs/promises";
import "node:os";
import "node:path";
import "node:readline";
import "node:timers";
import "node:timers/promises";
import "node:util";

const native = globalThis.__native;
let origin = native.now();
let frozenAt = origin;

const performance = {
  now: () => native.now() - origin,
  get timeOrigin() {
    return Date.now() - performance.now();
  },
  mark() {},
  measure() {},
};

const own = {
  performance,
  console: consoles.console,
  process: processes.process,
  Buffer,
  crypto: crypto.webcrypto,
  structuredClone: cloning.structuredClone,
  atob: encoding.atob,
  btoa: encoding.btoa,
  TextEncoder: encoding.TextEncoder,
  TextDecoder: encoding.TextDecoder,
  URL: urls.URL,
  URLSearchParams: urls.URLSearchParams,
  Event: targets.Event,
  CustomEvent: targets.CustomEvent,
  EventTarget: targets.EventTarget,
  DOMException: targets.DOMException,
  AbortController: targets.AbortController,
  AbortSignal: targets.AbortSignal,
  setTimeout: timers.setTimeout,
  clearTimeout: timers.clearTimeout,
  setInterval: timers.setInterval,
  clearInterval: timers.clearInterval,
  setImmediate: timers.setImmediate,
  clearImmediate: timers.clearImmediate,
  global: globalThis,
};
for (const [name, value] of Object.entries(own)) {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
}
Object.defineProperty(Math, "random", { value: native.random, writable: true, configurable: true });

/** Everything that a program finds here. */
function vocabulary() {
  const globals = Object.getOwnPropertyNames(globalThis).filter((name) => name !== "__native");
  return [...globals.sort(), ...modules];
}
const modules = [
  "flow",
  "node:assert",
  "node:assert/strict",
  "node:buffer",
  "node:crypto",
  "node:events",
  "node:fs",
  "node:fs/promises",
  "node:os",
  "node:path",
  "node:path/posix",
  "node:perf_hooks",
  "node:process",
  "node:readline",
  "node:timers",
  "node:timers/promises",
  "node:url",
  "node:util",
];

export const internal = {
  samples: records.samples,
  kindOf: records.kindOf,
  datetime: records.datetime,
  datetimeText: records.datetimeText,
  plain: records.plain,
  items: records.items,
  duration: (nanoseconds) => new flow.Duration(nanoseconds),
  filesize: (bytes) => new flow.Filesize(bytes),
  refusal: (message) => new (message.startsWith("not granted") ? flow.RefusedError : flow.CallError)(message),
  collect: (generator) => records.collect(many, generator),
  adopt: (thenable) => Promise.resolve(thenable),
  nextTimer: timers.nextTimer,
  runTimers: timers.runTimers,
  setKind(kind) {
    consoles.setKind(kind);
    processes.setProcessKind(kind);
  },
  end: processes.end,
  freeze() {
    frozenAt = native.now();
  },
  thaw() {
    timers.restartTimers(frozenAt);
    origin = native.now();
    processes.forget();
  },
  vocabulary,
};
