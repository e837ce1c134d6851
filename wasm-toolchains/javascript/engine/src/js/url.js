// `URL` and `URLSearchParams`; `node:url`.

const native = globalThis.__native;

const encodeText = (text) =>
  encodeURIComponent(text.toWellFormed())
    .replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");

function decodeText(text) {
  const bytes = [];
  const encoded = native.encode(text.replaceAll("+", " ").toWellFormed());
  for (let at = 0; at < encoded.length; at += 1) {
    const digits = String.fromCharCode(encoded[at + 1] ?? 0, encoded[at + 2] ?? 0);
    if (encoded[at] === 37 && /^[0-9a-fA-F]{2}$/.test(digits)) {
      bytes.push(Number.parseInt(digits, 16));
      at += 2;
    } else {
      bytes.push(encoded[at]);
    }
  }
  return native.decode(Uint8Array.from(bytes), false);
}

function pairs(text) {
  const parts = text.replace(/^\?/, "").split("&").filter((part) => part !== "");
  return parts.map((part) => {
    const at = part.indexOf("=");
    return at === -1 ? [decodeText(part), ""] : [decodeText(part.slice(0, at)), decodeText(part.slice(at + 1))];
  });
}

export class URLSearchParams {
  #pairs = [];
  #changed = () => {};
  constructor(from = "") {
    if (typeof from === "string") this.#pairs = pairs(from);
    else if (from !== null && typeof from === "object") {
      const entries = typeof from[Symbol.iterator] === "function" ? from : Object.entries(from);
      for (const [name, value] of entries) this.#pairs.push([String(name), String(value)]);
    } else this.#pairs = pairs(String(from));
  }
  static bind(params, changed) {
    params.#changed = changed;
    return (text) => (params.#pairs = pairs(text));
  }
  get size() {
    return this.#pairs.length;
  }
  append(name, value) {
    this.#pairs.push([String(name), String(value)]);
    this.#changed(this.toString());
  }
  delete(name, value) {
    this.#pairs = this.#pairs.filter((pair) => pair[0] !== name || (value !== undefined && pair[1] !== value));
    this.#changed(this.toString());
  }
  get(name) {
    return this.#pairs.find((pair) => pair[0] === name)?.[1] ?? null;
  }
  getAll(name) {
    return this.#pairs.filter((pair) => pair[0] === name).map((pair) => pair[1]);
  }
  has(name, value) {
    return this.#pairs.some((pair) => pair[0] === name && (value === undefined || pair[1] === value));
  }
  set(name, value) {
    const at = this.#pairs.findIndex((pair) => pair[0] === name);
    if (at === -1) this.#pairs.push([String(name), String(value)]);
    else this.#pairs = this.#pairs.filter((pair, index) => pair[0] !== name || index === at).map((pair) => (pair[0] === name ? [name, String(value)] : pair));
    this.#changed(this.toString());
  }
  sort() {
    this.#pairs.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
    this.#changed(this.toString());
  }
  forEach(callback, self) {
    for (const [name, value] of this.#pairs) callback.call(self, value, name, this);
  }
  *entries() {
    for (const [name, value] of this.#pairs) yield [name, value];
  }
  *keys() {
    for (const [name] of this.#pairs) yield name;
  }
  *values() {
    for (const [, value] of this.#pairs) yield value;
  }
  [Symbol.iterator]() {
    return this.entries();
  }
  toString() {
    return this.#pairs.map((pair) => pair.map(encodeText).join("=")).join("&");
  }
  get [Symbol.toStringTag]() {
    return "URLSearchParams";
  }
}
const bind = URLSearchParams.bind;
delete URLSearchParams.bind;

export class URL {
  #parts;
  #params;
  #read;
  constructor(url, base) {
    this.#parts = native.urlParse(String(url).toWellFormed(), base === undefined ? undefined : String(base));
    if (this.#parts === undefined) {
      throw Object.assign(new TypeError("Invalid URL"), { code: "ERR_INVALID_URL", input: String(url) });
    }
  }
  static canParse(url, base) {
    return native.urlParse(String(url), base === undefined ? undefined : String(base)) !== undefined;
  }
  static parse(url, base) {
    return URL.canParse(url, base) ? new URL(url, base) : null;
  }
  static part(url, name) {
    return url.#parts[name];
  }
  static set(url, name, value) {
    url.#parts = native.urlSet(url.#parts.href, name, String(value)) ?? url.#parts;
    if (name === "search") url.#read?.(url.#parts.search);
  }
  get href() {
    return this.#parts.href;
  }
  set href(value) {
    this.#parts = new URL(value).#parts;
    this.#read?.(this.#parts.search);
  }
  get origin() {
    return this.#parts.origin;
  }
  get searchParams() {
    if (this.#params === undefined) {
      this.#params = new URLSearchParams(this.#parts.search);
      this.#read = bind(this.#params, (text) => {
        this.#parts = native.urlSet(this.#parts.href, "search", text) ?? this.#parts;
      });
    }
    return this.#params;
  }
  toString() {
    return this.href;
  }
  toJSON() {
    return this.href;
  }
  get [Symbol.toStringTag]() {
    return "URL";
  }
}
const { part, set } = URL;
delete URL.part;
delete URL.set;
for (const name of ["protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash"]) {
  Object.defineProperty(URL.prototype, name, {
    get() {
      return part(this, name);
    },
    set(value) {
      set(this, name, value);
    },
    enumerable: true,
    configurable: true,
  });
}

export function fileURLToPath(url) {
  const parsed = url instanceof URL ? url : new URL(url);
  if (parsed.protocol !== "file:") throw new TypeError("The URL must be of scheme file");
  return decodeURIComponent(parsed.pathname);
}

export function pathToFileURL(path) {
  const url = new URL("file:///");
  url.pathname = path.replaceAll("%", "%25");
  return url;
}

export const format = (url) => String(url);
export default { URL, URLSearchParams, fileURLToPath, pathToFileURL, format };
