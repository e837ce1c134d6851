// `Buffer`: bytes with the encodings of Node.

import { TextDecoder, atob, btoa, fromUnits } from "flow:encoding";
import { custom } from "flow:inspect";

const native = globalThis.__native;

const encodings = {
  utf8: "utf8",
  "utf-8": "utf8",
  hex: "hex",
  base64: "base64",
  base64url: "base64url",
  ascii: "ascii",
  latin1: "latin1",
  binary: "latin1",
  utf16le: "utf16le",
  "utf-16le": "utf16le",
  ucs2: "utf16le",
  "ucs-2": "utf16le",
};

function encodingOf(name = "utf8") {
  const encoding = encodings[String(name).toLowerCase()];
  if (encoding === undefined) throw new TypeError(`Unknown encoding: ${name}`);
  return encoding;
}

function encode(text, encoding) {
  switch (encodingOf(encoding)) {
    case "utf8":
      return native.encode(text.toWellFormed());
    case "hex": {
      const digits = /^(?:[0-9a-fA-F]{2})*/.exec(text)[0];
      return Uint8Array.fromHex(digits);
    }
    case "base64":
    case "base64url": {
      const [data] = text.split("=");
      const clean = data.replaceAll("-", "+").replaceAll("_", "/").replace(/[^A-Za-z0-9+/]/g, "");
      return Uint8Array.fromBase64(clean.length % 4 === 1 ? clean.slice(0, -1) : clean);
    }
    case "utf16le": {
      const bytes = new Uint8Array(text.length * 2);
      for (let at = 0; at < text.length; at += 1) {
        bytes[at * 2] = text.charCodeAt(at) & 255;
        bytes[at * 2 + 1] = text.charCodeAt(at) >> 8;
      }
      return bytes;
    }
    default: {
      const bytes = new Uint8Array(text.length);
      for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
      return bytes;
    }
  }
}

function decode(bytes, encoding) {
  switch (encodingOf(encoding)) {
    case "utf8":
      return native.decode(bytes, false);
    case "hex":
      return bytes.toHex();
    case "base64":
      return bytes.toBase64();
    case "base64url":
      return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
    case "utf16le":
      return new TextDecoder("utf-16le", { ignoreBOM: true }).decode(bytes);
    case "ascii":
      return fromUnits(Array.from(bytes, (byte) => byte & 127));
    default:
      return fromUnits(Array.from(bytes));
  }
}

const plainBytes = (bytes) => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const wrap = (bytes) => new Buffer(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export class Buffer extends Uint8Array {
  static poolSize = 8192;

  static from(value, encodingOrOffset, length) {
    if (typeof value === "string") return wrap(encode(value, encodingOrOffset));
    if (value instanceof ArrayBuffer) return new Buffer(value, encodingOrOffset, length);
    if (ArrayBuffer.isView(value) || Array.isArray(value)) return wrap(Uint8Array.from(value));
    if (value?.type === "Buffer" && Array.isArray(value.data)) return wrap(Uint8Array.from(value.data));
    if (value !== null && typeof value === "object" && typeof value.valueOf() === "string") {
      return Buffer.from(value.valueOf(), encodingOrOffset);
    }
    if (value !== null && typeof value === "object" && "length" in value) return wrap(Uint8Array.from(value));
    throw new TypeError("Buffer.from takes a string, an array, a buffer or a view of one");
  }
  static alloc(size, fill, encoding) {
    const buffer = new Buffer(size);
    return fill === undefined ? buffer : buffer.fill(fill, 0, size, encoding);
  }
  static allocUnsafe(size) {
    return new Buffer(size);
  }
  static concat(list, total = list.reduce((sum, each) => sum + each.length, 0)) {
    const buffer = new Buffer(total);
    let at = 0;
    for (const each of list) {
      const part = at + each.length > total ? each.subarray(0, total - at) : each;
      buffer.set(part, at);
      at += part.length;
    }
    return buffer;
  }
  static byteLength(value, encoding) {
    return typeof value === "string" ? encode(value, encoding).length : value.byteLength;
  }
  static isBuffer(value) {
    return value instanceof Buffer;
  }
  static isEncoding(name) {
    return typeof name === "string" && name.toLowerCase() in encodings;
  }
  static compare(one, other) {
    const length = Math.min(one.length, other.length);
    for (let at = 0; at < length; at += 1) {
      if (one[at] !== other[at]) return one[at] < other[at] ? -1 : 1;
    }
    return Math.sign(one.length - other.length);
  }
  toString(encoding, start = 0, end = this.length) {
    return decode(plainBytes(this.subarray(Math.max(0, start), end)), encoding);
  }
  toJSON() {
    return { type: "Buffer", data: Array.from(this) };
  }
  equals(other) {
    return Buffer.compare(this, other) === 0;
  }
  compare(other) {
    return Buffer.compare(this, other);
  }
  slice(start, end) {
    return this.subarray(start, end);
  }
  write(text, offset = 0, length = undefined, encoding = undefined) {
    if (typeof offset === "string") return this.write(text, 0, this.length, offset);
    if (typeof length === "string") return this.write(text, offset, this.length - offset, length);
    const bytes = encode(text, encoding).subarray(0, Math.min(length ?? Infinity, this.length - offset));
    this.set(bytes, offset);
    return bytes.length;
  }
  copy(target, targetStart = 0, start = 0, end = this.length) {
    const part = this.subarray(start, Math.min(end, start + target.length - targetStart));
    target.set(part, targetStart);
    return part.length;
  }
  fill(value, start = 0, end = this.length, encoding = undefined) {
    if (typeof value !== "string") return super.fill(Number(value) & 255, start, end);
    const bytes = encode(value, typeof start === "string" ? start : encoding);
    const from = typeof start === "string" ? 0 : start;
    if (bytes.length === 0) return super.fill(0, from, end);
    for (let at = from; at < end; at += 1) this[at] = bytes[(at - from) % bytes.length];
    return this;
  }
  indexOf(value, from = 0, encoding = undefined) {
    if (typeof value === "number") return super.indexOf(value & 255, from);
    const wanted = typeof value === "string" ? encode(value, encoding) : value;
    outer: for (let at = from < 0 ? Math.max(0, this.length + from) : from; at + wanted.length <= this.length; at += 1) {
      for (let next = 0; next < wanted.length; next += 1) {
        if (this[at + next] !== wanted[next]) continue outer;
      }
      return at;
    }
    return -1;
  }
  includes(value, from, encoding) {
    return this.indexOf(value, from, encoding) !== -1;
  }
  [custom]() {
    const shown = this.subarray(0, 50);
    const rest = this.length - shown.length;
    const digits = Array.from(shown, (byte) => ` ${byte.toString(16).padStart(2, "0")}`).join("");
    return `<Buffer${digits}${rest > 0 ? ` ... ${rest} more bytes` : ""}>`;
  }
}

// Numbers: readUInt8, readInt16LE, writeDoubleBE and so on, through DataView.
const view = (buffer) => new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
const numbers = [
  ["UInt8", "Uint8", 1],
  ["Int8", "Int8", 1],
  ["UInt16", "Uint16", 2],
  ["Int16", "Int16", 2],
  ["UInt32", "Uint32", 4],
  ["Int32", "Int32", 4],
  ["Float", "Float32", 4],
  ["Double", "Float64", 8],
  ["BigUInt64", "BigUint64", 8],
  ["BigInt64", "BigInt64", 8],
];
for (const [name, type, size] of numbers) {
  for (const order of size === 1 ? [""] : ["LE", "BE"]) {
    const methods = {
      [`read${name}${order}`](offset = 0) {
        return view(this)[`get${type}`](offset, order === "LE");
      },
      [`write${name}${order}`](value, offset = 0) {
        view(this)[`set${type}`](offset, value, order === "LE");
        return offset + size;
      },
    };
    for (const [method, work] of Object.entries(methods)) {
      const described = { value: work, writable: true, configurable: true };
      Object.defineProperty(Buffer.prototype, method, described);
      Object.defineProperty(Buffer.prototype, method.replace("UInt", "Uint"), described);
    }
  }
}

export { atob, btoa };
export const constants = { MAX_LENGTH: 2 ** 31 - 1, MAX_STRING_LENGTH: 2 ** 30 - 1 };
export const kMaxLength = constants.MAX_LENGTH;
export default { Buffer, atob, btoa, constants, kMaxLength };
