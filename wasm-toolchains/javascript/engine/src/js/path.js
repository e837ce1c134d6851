// `node:path`, as POSIX has it.

export const sep = "/";
export const delimiter = ":";

function parts(path, isAbsolute) {
  const kept = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else if (part !== ".." || !isAbsolute) kept.push(part);
  }
  return kept;
}

export const isAbsolute = (path) => path.startsWith("/");

export function normalize(path) {
  if (path === "") return ".";
  const root = isAbsolute(path) ? "/" : "";
  const joined = parts(path, root !== "").join("/");
  const end = path.endsWith("/") && joined !== "" ? "/" : "";
  return root + joined + end || ".";
}

export const join = (...paths) => normalize(paths.filter((path) => path !== "").join("/"));

export function resolve(...paths) {
  let resolved = "";
  for (const path of paths.reverse()) {
    if (path === "") continue;
    resolved = resolved === "" ? path : `${path}/${resolved}`;
    if (isAbsolute(path)) break;
  }
  if (!isAbsolute(resolved)) resolved = `${globalThis.process?.cwd() ?? "/"}/${resolved}`;
  return `/${parts(resolved, true).join("/")}`;
}

export function relative(from, to) {
  const start = parts(resolve(from), true);
  const end = parts(resolve(to), true);
  let common = 0;
  while (common < start.length && start[common] === end[common]) common += 1;
  return [...start.slice(common).map(() => ".."), ...end.slice(common)].join("/");
}

export function dirname(path) {
  const trimmed = path.replace(/\/+$/, "");
  const at = trimmed.lastIndexOf("/");
  if (at === -1) return trimmed === "" && path !== "" ? "/" : ".";
  return trimmed.slice(0, at).replace(/\/+$/, "") || "/";
}

export function basename(path, suffix = "") {
  const name = path.replace(/\/+$/, "").split("/").at(-1);
  return suffix !== "" && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}

export function extname(path) {
  const name = basename(path);
  const at = name.lastIndexOf(".");
  return at <= 0 || name === ".." ? "" : name.slice(at);
}

export function parse(path) {
  const base = basename(path);
  const ext = extname(path);
  const root = isAbsolute(path) ? "/" : "";
  const dir = path.includes("/") ? dirname(path) : "";
  return { root, dir, base, ext, name: ext === "" ? base : base.slice(0, -ext.length) };
}

export function format({ root = "", dir = "", base, name = "", ext = "" }) {
  const file = base ?? name + (ext === "" || ext.startsWith(".") ? ext : `.${ext}`);
  if (dir === "") return root + file;
  return dir === root ? dir + file : `${dir}/${file}`;
}

export const toNamespacedPath = (path) => path;
const whole = {
  sep,
  delimiter,
  isAbsolute,
  normalize,
  join,
  resolve,
  relative,
  dirname,
  basename,
  extname,
  parse,
  format,
  toNamespacedPath,
};
whole.posix = whole;
export const posix = whole;
export default whole;
