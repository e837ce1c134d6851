//! Finds and loads modules: the program's files and the engine's own.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use rquickjs::{
    Ctx, Error, Module, Result,
    function::Constructor,
    loader::{ImportAttributes, Loader, Resolver},
    module::Declared,
};

use crate::built_in;

/// The text of each of the program's files, by its path in the program's folder.
pub(crate) type Files = Rc<RefCell<BTreeMap<String, String>>>;

/// Extensions that an import may leave out.
const ENDINGS: [&str; 8] = [
    ".js",
    ".mjs",
    ".ts",
    ".mts",
    ".json",
    "/index.js",
    "/index.mjs",
    "/index.ts",
];

/// The extension in TypeScript's imports, and the one of the file.
const COMPILED: [(&str, &str); 3] = [(".js", ".ts"), (".mjs", ".mts"), (".jsx", ".tsx")];

/// Modules of Node that do not exist here, as programs may call them without `node:`.
const NODE: [&str; 29] = [
    "async_hooks",
    "child_process",
    "cluster",
    "constants",
    "dgram",
    "diagnostics_channel",
    "dns",
    "domain",
    "http",
    "http2",
    "https",
    "inspector",
    "module",
    "net",
    "punycode",
    "querystring",
    "repl",
    "sqlite",
    "stream",
    "string_decoder",
    "sys",
    "test",
    "tls",
    "tty",
    "v8",
    "vm",
    "wasi",
    "worker_threads",
    "zlib",
];

/// The prefix of the names of modules that are compiled but never run.
pub(crate) const READ_ONLY: &str = "analyse:";
/// The empty module.
const NOTHING: &str = "flow:nothing";

/// Resolves the names in imports and loads what they stand for.
pub(crate) struct Modules {
    files: Files,
}

impl Modules {
    pub(crate) fn new(files: Files) -> Modules {
        Modules { files }
    }

    /// The file that `path` stands for.
    fn file(&self, path: &str) -> Option<String> {
        let files = self.files.borrow();
        if files.contains_key(path) {
            return Some(path.to_owned());
        }
        let compiled = COMPILED
            .iter()
            .filter_map(|(said, called)| Some(format!("{}{called}", path.strip_suffix(said)?)));
        let ended = ENDINGS.iter().map(|ending| format!("{path}{ending}"));
        compiled.chain(ended).find(|path| files.contains_key(path))
    }
}

impl Resolver for Modules {
    fn resolve<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        base: &str,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> Result<String> {
        if let Some((name, _)) = built_in::find(name) {
            return Ok(name.to_owned());
        }
        // The engine's own imports have no base.
        if base.is_empty() {
            return Ok(name.to_owned());
        }
        // A source that is only analysed has no other files.
        if base.starts_with(READ_ONLY) {
            return Ok(NOTHING.to_owned());
        }
        let is_path = name.starts_with("./") || name.starts_with("../") || name.starts_with('/');
        let found = is_path
            .then(|| joined(base, name))
            .flatten()
            .and_then(|path| self.file(&path));
        match found {
            Some(path) => Ok(path),
            None => Err(throw(ctx, unresolved(base, name, is_path))),
        }
    }
}

impl Loader for Modules {
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> Result<Module<'js, Declared>> {
        if let Some((name, source)) = built_in::find(name) {
            return Module::declare(ctx.clone(), name, source);
        }
        declare(ctx, &self.files, name)
    }
}

/// Compiles the program's file `name`.
pub(crate) fn declare<'js>(
    ctx: &Ctx<'js>,
    files: &Files,
    name: &str,
) -> Result<Module<'js, Declared>> {
    let text = files.borrow().get(name).cloned();
    let Some(text) = text else {
        return Err(throw(
            ctx,
            format!("`{name}` is not among the agent's files"),
        ));
    };
    let module = if name.ends_with(".json") {
        // Parsed as JSON, so that an error in it is reported as one of JSON.
        let value = ctx.json_parse(text.as_bytes().to_vec())?;
        let text = ctx.json_stringify(value)?.ok_or(Error::Unknown)?;
        let source = format!("export default {};", text.to_string()?);
        Module::declare(ctx.clone(), name, source)?
    } else {
        Module::declare(ctx.clone(), name, text)?
    };
    module.meta()?.set("url", format!("file:///{name}"))?;
    Ok(module)
}

/// A ReferenceError. QuickJS's own function for that truncates long messages.
fn throw(ctx: &Ctx<'_>, message: String) -> Error {
    let constructor = ctx.globals().get::<_, Constructor<'_>>("ReferenceError");
    match constructor.and_then(|constructor| constructor.construct((message,))) {
        Ok(error) => ctx.throw(error),
        Err(error) => error,
    }
}

/// The path of `name` as seen from the file `base`; none outside the agent's folder.
fn joined(base: &str, name: &str) -> Option<String> {
    let mut parts: Vec<&str> = match name.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => base.split('/').collect(),
    };
    parts.pop();
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Why `name`, which `base` imports, cannot be found.
fn unresolved(base: &str, name: &str, is_path: bool) -> String {
    if is_path {
        return format!("`{name}`, which `{base}` imports, is not among the agent's files");
    }
    let package = name.split('/').next().unwrap_or(name);
    if name.contains(':') || NODE.contains(&package) {
        let modules = built_in::MODULES.iter().map(|(name, _)| *name);
        let modules: Vec<_> = modules.filter(|name| name.starts_with("node:")).collect();
        return format!(
            "`{name}`, which `{base}` imports, does not exist in an agent: there are `flow`, `{}`",
            modules.join("`, `")
        );
    }
    format!(
        "`{name}`, which `{base}` imports, is not a module of the engine nor a file: a package of npm needs a `package.json` beside the source that names it"
    )
}
