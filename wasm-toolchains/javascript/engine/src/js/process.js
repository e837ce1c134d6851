// `process`.

import { EventEmitter } from "node:events";
import { Buffer } from "node:buffer";
import { format } from "flow:inspect";

const native = globalThis.__native;
let kind = "handler";
let known;

/** What the host says of this run; asked for once, and again after a snapshot. */
function facts() {
  if (known === undefined) {
    const variables = native.environment().map((line) => {
      const at = line.indexOf("=");
      return [line.slice(0, at), line.slice(at + 1)];
    });
    const [name = "agent", ...rest] = native.arguments();
    known = { env: Object.fromEntries(variables), argv: ["flow", name, ...rest] };
  }
  return known;
}

export function setProcessKind(it) {
  kind = it;
}

export function forget() {
  known = undefined;
}

class Input extends EventEmitter {
  fd = 0;
  isTTY = false;
  readable = true;
  #encoding;
  #flows = false;

  setEncoding(encoding = "utf8") {
    this.#encoding = encoding;
    return this;
  }
  on(name, listener) {
    super.on(name, listener);
    if (name === "data") this.resume();
    return this;
  }
  addListener(name, listener) {
    return this.on(name, listener);
  }
  resume() {
    if (this.#flows) return this;
    this.#flows = true;
    const pump = async () => {
      for await (const chunk of this) this.emit("data", chunk);
      this.emit("end");
      this.emit("close");
    };
    setTimeout(() => pump().catch((error) => this.emit("error", error)), 0);
    return this;
  }
  pause() {
    return this;
  }
  async *[Symbol.asyncIterator]() {
    const decoder = this.#encoding ? new TextDecoder(this.#encoding) : undefined;
    while (true) {
      const bytes = native.readInput();
      if (bytes.length === 0) break;
      const chunk = decoder ? decoder.decode(bytes, { stream: true }) : Buffer.from(bytes.buffer, 0, bytes.length);
      if (chunk.length > 0) yield chunk;
    }
    const rest = decoder?.decode();
    if (rest) yield rest;
    this.readable = false;
  }
}

class Output extends EventEmitter {
  isTTY = false;
  writable = true;
  constructor(fd) {
    super();
    this.fd = fd;
  }
  write(data, encoding, done) {
    const bytes = typeof data === "string" ? Buffer.from(data, typeof encoding === "string" ? encoding : "utf8") : data;
    // A handler's answer is what it returns: whatever it prints is log.
    const stream = this.fd === 1 && kind === "handler" ? 2 : this.fd;
    const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const written = native.writeBytes(stream, plain);
    const callback = typeof encoding === "function" ? encoding : done;
    if (callback) queueMicrotask(() => callback());
    return written;
  }
  end(data, encoding, done) {
    if (data !== undefined && typeof data !== "function") this.write(data, encoding);
    for (const callback of [data, encoding, done]) {
      if (typeof callback === "function") queueMicrotask(() => callback());
    }
    this.writable = false;
    queueMicrotask(() => this.emit("finish"));
    return this;
  }
}

class Process extends EventEmitter {
  stdin = new Input();
  stdout = new Output(1);
  stderr = new Output(2);
  platform = "wasi";
  arch = "wasm32";
  pid = 1;
  title = "flow";
  version = "v20.0.0";
  versions = { node: "20.0.0", quickjs: "0.15.1" };
  execArgv = [];
  exitCode = undefined;
  release = { name: "flow" };

  get env() {
    return facts().env;
  }
  get argv() {
    return facts().argv;
  }
  get argv0() {
    return facts().argv[0];
  }
  cwd() {
    return "/";
  }
  uptime() {
    return performance.now() / 1000;
  }
  hrtime(since = [0, 0]) {
    const now = BigInt(Math.round(native.now() * 1e6)) - (BigInt(since[0]) * 1000000000n + BigInt(since[1]));
    return [Number(now / 1000000000n), Number(now % 1000000000n)];
  }
  memoryUsage() {
    return { rss: 0, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 };
  }
  nextTick(callback, ...values) {
    queueMicrotask(() => callback(...values));
  }
  emitWarning(warning) {
    native.write(2, `${format("Warning: %s", String(warning?.message ?? warning))}\n`);
  }
  exit(status = this.exitCode ?? 0) {
    if (kind === "handler") throw new Error(`process.exit(${status}) ends a program, and this is a handler: throw an error instead`);
    this.exitCode = status;
    this.emit("exit", status);
    native.exit(Number(status));
  }
  abort() {
    this.exit(134);
  }
}
Process.prototype.hrtime.bigint = () => BigInt(Math.round(native.now() * 1e6));

export const process = new Process();
export const { stdin, stdout, stderr, platform, arch, pid, version, versions } = process;
export const cwd = () => process.cwd();
export const exit = (status) => process.exit(status);
export const nextTick = (callback, ...values) => process.nextTick(callback, ...values);
export const hrtime = process.hrtime;

/** At the end of a program: its status. */
export function end() {
  process.emit("beforeExit", process.exitCode ?? 0);
  process.emit("exit", process.exitCode ?? 0);
  return Number(process.exitCode ?? 0);
}

// What is not known before the program runs cannot be exported by value.
export const env = new Proxy(
  {},
  {
    get: (_, name) => facts().env[name],
    set: (_, name, value) => Reflect.set(facts().env, name, String(value)),
    has: (_, name) => name in facts().env,
    ownKeys: () => Reflect.ownKeys(facts().env),
    getOwnPropertyDescriptor: (_, name) => {
      const described = Object.getOwnPropertyDescriptor(facts().env, name);
      return described && { ...described, configurable: true };
    },
    deleteProperty: (_, name) => delete facts().env[name],
  },
);
export const argv = new Proxy([], {
  get: (_, name) => Reflect.get(facts().argv, name),
  has: (_, name) => name in facts().argv,
});
export default process;
