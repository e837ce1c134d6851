// `TextEncoder`, `TextDecoder`, `atob`, `btoa`.

const native = globalThis.__native;

const bytesOf = (input) => {
  if (input instanceof Uint8Array) return input;
  if (ArrayBuffer.isView(input)) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  if (input instanceof ArrayBuffer) return new Uint8Array(input);
  throw new TypeError("the input has to be an ArrayBuffer or a view of one");
};

export class TextEncoder {
  get encoding() {
    return "utf-8";
  }
  encode(text = "") {
    return native.encode(String(text).toWellFormed());
  }
  encodeInto(text, target) {
    let read = 0;
    let written = 0;
    for (const character of String(text).toWellFormed()) {
      const bytes = native.encode(character);
      if (written + bytes.length > target.length) break;
      target.set(bytes, written);
      written += bytes.length;
      read += character.length;
    }
    return { read, written };
  }
}

const labels = {
  "utf-8": "utf-8",
  utf8: "utf-8",
  "unicode-1-1-utf-8": "utf-8",
  "utf-16le": "utf-16le",
  "utf-16": "utf-16le",
  latin1: "windows-1252",
  "iso-8859-1": "windows-1252",
  ascii: "windows-1252",
  "us-ascii": "windows-1252",
  "windows-1252": "windows-1252",
};

// What windows-1252 has between 0x80 and 0x9f.
const windows = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

export class TextDecoder {
  #rest = new Uint8Array(0);
  #begun = false;
  constructor(label = "utf-8", options = {}) {
    this.encoding = labels[String(label).trim().toLowerCase()];
    if (this.encoding === undefined) throw new RangeError(`unknown encoding: ${label}; there are utf-8, utf-16le and latin1`);
    this.fatal = Boolean(options.fatal);
    this.ignoreBOM = Boolean(options.ignoreBOM);
  }
  decode(input, options = {}) {
    let bytes = input === undefined ? new Uint8Array(0) : bytesOf(input);
    if (this.#rest.length > 0) {
      const joined = new Uint8Array(this.#rest.length + bytes.length);
      joined.set(this.#rest);
      joined.set(bytes, this.#rest.length);
      bytes = joined;
    }
    const kept = options.stream ? this.#incomplete(bytes) : 0;
    this.#rest = bytes.slice(bytes.length - kept);
    let text = this.#text(bytes.subarray(0, bytes.length - kept));
    if (!this.#begun && !this.ignoreBOM && text.startsWith("\ufeff")) text = text.slice(1);
    this.#begun = Boolean(options.stream) && (this.#begun || text.length > 0);
    return text;
  }
  #text(bytes) {
    if (this.encoding === "utf-8") {
      const text = native.decode(bytes, this.fatal);
      if (text === undefined || text === null) throw new TypeError("the bytes are not UTF-8");
      return text;
    }
    if (this.encoding === "utf-16le") {
      const units = [];
      for (let at = 0; at + 1 < bytes.length; at += 2) units.push(bytes[at] | (bytes[at + 1] << 8));
      if (bytes.length % 2 === 1) units.push(0xfffd);
      return fromUnits(units);
    }
    return fromUnits(Array.from(bytes, (byte) => (byte >= 0x80 && byte < 0xa0 ? windows.charCodeAt(byte - 0x80) : byte)));
  }
  /** Bytes at the end that only begin a character. */
  #incomplete(bytes) {
    if (this.encoding === "utf-16le") return bytes.length % 2;
    if (this.encoding !== "utf-8") return 0;
    for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
      const byte = bytes[bytes.length - back];
      if ((byte & 0xc0) === 0x80) continue;
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
      return length > back ? back : 0;
    }
    return 0;
  }
}

export function fromUnits(units) {
  let text = "";
  for (let at = 0; at < units.length; at += 4096) text += String.fromCharCode(...units.slice(at, at + 4096));
  return text;
}

class InvalidCharacterError extends Error {
  name = "InvalidCharacterError";
}

export function btoa(text) {
  const bytes = Uint8Array.from(String(text), (character) => {
    const code = character.charCodeAt(0);
    if (code > 255) throw new InvalidCharacterError("btoa: the text has characters beyond Latin-1");
    return code;
  });
  return bytes.toBase64();
}

export function atob(text) {
  try {
    return fromUnits(Array.from(Uint8Array.fromBase64(String(text))));
  } catch {
    throw new InvalidCharacterError("atob: the text is not base64");
  }
}
