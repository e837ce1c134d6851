// `node:fs`, in directories that are granted, and the standard streams by number.

import { Buffer } from "node:buffer";
import { fileURLToPath } from "node:url";

const native = globalThis.__native;
const streams = ["/dev/stdin", "/dev/stdout", "/dev/stderr"];

function pathOf(path) {
  if (path instanceof URL) return fileURLToPath(path);
  if (path instanceof Uint8Array) return Buffer.from(path).toString();
  if (typeof path !== "string") {
    throw new TypeError(`The "path" argument must be of type string or an instance of Buffer or URL. Received ${typeof path}`);
  }
  return path;
}

/** The number of a standard stream, or undefined. */
function streamOf(path) {
  if (typeof path === "number") {
    if (path > 2) throw Object.assign(new Error(`EBADF: bad file descriptor, fd ${path}`), { code: "EBADF" });
    return path;
  }
  const at = streams.indexOf(path);
  return at === -1 ? undefined : at;
}

const encodingOf = (options) => (typeof options === "string" ? options : options?.encoding);

export function readFileSync(path, options) {
  const bytes = streamOf(path) === 0 ? native.readAllInput() : native.readFile(pathOf(path));
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const encoding = encodingOf(options);
  return encoding ? buffer.toString(encoding) : buffer;
}

function write(path, data, options, usual) {
  const bytes = typeof data === "string" ? Buffer.from(data, encodingOf(options) ?? "utf8") : data;
  if (!ArrayBuffer.isView(bytes)) {
    throw new TypeError(`The "data" argument must be of type string or an instance of Buffer, TypedArray, or DataView. Received ${typeof data}`);
  }
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stream = streamOf(path);
  if (stream !== undefined) native.writeBytes(stream, plain);
  else native.writeFile(pathOf(path), plain, options?.flag ?? usual);
}

export const writeFileSync = (path, data, options) => write(path, data, options, "w");
export const appendFileSync = (path, data, options) => write(path, data, options, "a");

/** Writes to a standard stream; returns how many bytes. */
export function writeSync(fd, data) {
  const bytes = typeof data === "string" ? Buffer.from(data) : data;
  write(fd, bytes, undefined, "w");
  return bytes.byteLength;
}

class Stats {
  #kind;
  constructor({ kind, size, modified }) {
    this.#kind = kind;
    this.size = size;
    this.mtimeMs = modified;
    this.mtime = new Date(modified);
  }
  isFile() {
    return this.#kind === "file";
  }
  isDirectory() {
    return this.#kind === "directory";
  }
  isSymbolicLink() {
    return this.#kind === "link";
  }
}

function stat(path, options, follow) {
  try {
    return new Stats(native.stat(pathOf(path), follow));
  } catch (error) {
    if (options?.throwIfNoEntry === false && error.code === "ENOENT") return undefined;
    throw error;
  }
}

export const statSync = (path, options) => stat(path, options, true);
export const lstatSync = (path, options) => stat(path, options, false);

export function existsSync(path) {
  try {
    native.stat(pathOf(path), true);
    return true;
  } catch {
    return false;
  }
}

export function accessSync(path) {
  native.stat(pathOf(path), true);
}

class Dirent {
  #kind;
  constructor(name, kind, parentPath) {
    this.name = name;
    this.parentPath = parentPath;
    this.#kind = kind;
  }
  isFile() {
    return this.#kind === "file";
  }
  isDirectory() {
    return this.#kind === "directory";
  }
  isSymbolicLink() {
    return this.#kind === "link";
  }
}

export function readdirSync(path, options) {
  const top = pathOf(path);
  const found = [];
  const walk = (folder, prefix) => {
    for (const [name, kind] of native.readDirectory(folder)) {
      found.push(options?.withFileTypes ? new Dirent(name, kind, folder) : prefix + name);
      if (options?.recursive && kind === "directory") walk(`${folder}/${name}`, `${prefix}${name}/`);
    }
  };
  walk(top, "");
  return found;
}

export function mkdirSync(path, options) {
  native.makeDirectory(pathOf(path), Boolean(options?.recursive));
}

export function rmSync(path, options) {
  const target = pathOf(path);
  try {
    native.remove(target, Boolean(options?.recursive), false);
  } catch (error) {
    if (!options?.force || error.code !== "ENOENT") throw error;
  }
}

export const rmdirSync = (path, options) => native.remove(pathOf(path), Boolean(options?.recursive), true);
export const unlinkSync = (path) => native.remove(pathOf(path), false, false);
export const renameSync = (from, to) => native.rename(pathOf(from), pathOf(to));
export const copyFileSync = (from, to) => native.copyFile(pathOf(from), pathOf(to));
export const constants = { F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1 };

const later =
  (work) =>
  async (...values) =>
    work(...values);

export const promises = {
  readFile: later(readFileSync),
  writeFile: later(writeFileSync),
  appendFile: later(appendFileSync),
  readdir: later(readdirSync),
  stat: later(statSync),
  lstat: later(lstatSync),
  access: later(accessSync),
  mkdir: later(mkdirSync),
  rm: later(rmSync),
  rmdir: later(rmdirSync),
  unlink: later(unlinkSync),
  rename: later(renameSync),
  copyFile: later(copyFileSync),
  constants,
};

export default {
  readFileSync,
  writeFileSync,
  appendFileSync,
  writeSync,
  statSync,
  lstatSync,
  existsSync,
  accessSync,
  readdirSync,
  mkdirSync,
  rmSync,
  rmdirSync,
  unlinkSync,
  renameSync,
  copyFileSync,
  constants,
  promises,
};
