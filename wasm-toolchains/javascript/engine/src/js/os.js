// `node:os`: what there is to say of a sandbox.

export const EOL = "\n";
export const platform = () => "wasi";
export const type = () => "WASI";
export const arch = () => "wasm32";
export const tmpdir = () => "/tmp";
export const homedir = () => "/";
export const hostname = () => "localhost";
export const cpus = () => [];
export const availableParallelism = () => 1;
export const release = () => "";
export const endianness = () => "LE";
export default { EOL, platform, type, arch, tmpdir, homedir, hostname, cpus, availableParallelism, release, endianness };
