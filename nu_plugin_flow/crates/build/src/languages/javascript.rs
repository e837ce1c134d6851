//! JavaScript and TypeScript: read and run by their engine.

use std::path::{Path, PathBuf};

use flow_workspace::{Outcome, TemplateFile};

use super::{
    BundleOrder, Language, Output, Plan, Probe, Request, Steps, Target,
    modules::{Modules, owns},
};
use crate::{
    agent::Agent,
    diagnostics::Message,
    interpreter::SyntaxProblem,
    javascript::{Bundling, LOCK_FILE, bundling, messages, on_path, strip},
    plan_error::PlanError,
    scaffold::embedded,
};

const PROJECT: &str = "package.json";
const TYPES: &str = "tsconfig.json";
const ENDINGS: &[&str] = &["js", "mjs", "ts", "mts", "json"];
const LANGUAGES: [&str; 2] = ["javascript", "typescript"];

/// One of the two: an agent in either may have modules in the other.
#[derive(Debug)]
pub(super) struct JavaScript {
    name: &'static str,
    extensions: &'static [&'static str],
    entry: &'static str,
}

pub(super) static JAVASCRIPT: JavaScript = JavaScript {
    name: "javascript",
    extensions: &["js", "mjs"],
    entry: "main.js",
};

pub(super) static TYPESCRIPT: JavaScript = JavaScript {
    name: "typescript",
    extensions: &["ts", "mts"],
    entry: "main.ts",
};

/// Every text in quotes that begins like a relative path.
fn names(text: &str) -> Vec<&str> {
    let quoted = text.split(['"', '\'', '`']);
    quoted
        .filter(|part| part.starts_with("./") || part.starts_with("../"))
        .filter(|part| !part.contains('\n'))
        .collect()
}

impl JavaScript {
    fn modules(&self) -> Modules {
        Modules {
            engine: "javascript",
            language: self.name,
            endings: ENDINGS,
            names,
        }
    }

    /// How the agent and its packages become one module, if it has some.
    fn bundling(&self, order: &BundleOrder) -> Result<Option<Bundling>, PlanError> {
        if !order.has_folder {
            return Ok(None);
        }
        let path = std::env::var_os("PATH");
        bundling(&order.root, &order.entry, &|program| {
            on_path(path.as_deref(), program)
        })
    }
}

impl Language for JavaScript {
    fn name(&self) -> &'static str {
        self.name
    }

    fn extensions(&self) -> &'static [&'static str] {
        self.extensions
    }

    fn markers(&self) -> &'static [&'static str] {
        &[PROJECT]
    }

    /// A project may be in either language: how it begins tells.
    fn recognises(&self, folder: &Path) -> bool {
        let has = |name: &str| folder.join(name).is_file();
        let is_typescript = has(TYPESCRIPT.entry) || (has(TYPES) && !has(JAVASCRIPT.entry));
        has(PROJECT) && is_typescript == (self.name == TYPESCRIPT.name)
    }

    fn entry(&self) -> &'static str {
        self.entry
    }

    fn interpreter(&self) -> Option<&'static str> {
        Some("javascript")
    }

    fn translate(&self, path: &str, text: &str) -> Result<(String, Option<String>), SyntaxProblem> {
        let extension = Path::new(path).extension().and_then(|it| it.to_str());
        if !extension.is_some_and(|it| TYPESCRIPT.extensions.contains(&it)) {
            return Ok((text.to_owned(), None));
        }
        let stripped = strip(path, text)?;
        Ok((stripped.code, stripped.map))
    }

    fn probe(&self, _agent: &Agent, _target: Target) -> Probe {
        Probe::default()
    }

    /// It is in flow.
    fn toolchain(&self) -> &'static [&'static str] {
        &[]
    }

    fn install(&self, program: &str) -> String {
        let command = match program {
            "npm" | "npx" if cfg!(target_os = "macos") => "brew install node",
            "npm" | "npx" => "sudo apt install npm",
            _ => "flow toolchain install javascript",
        };
        command.to_owned()
    }

    fn witnesses(&self, _answers: &[String]) -> Vec<PathBuf> {
        Vec::new()
    }

    fn plan(&self, request: &Request<'_>) -> Result<Plan, PlanError> {
        let modules = self.modules();
        let mut plan = modules.plan(request)?;
        let order = modules.order(request.agent)?;
        if self.bundling(&order)?.is_some() {
            // Which versions there are is in the lock file, which npm may write.
            let named = [PROJECT, LOCK_FILE, TYPES].map(PathBuf::from);
            plan.named
                .extend(named.map(|name| (order.root.clone(), name)));
            plan.lock_files = &[LOCK_FILE];
        }
        Ok(plan)
    }

    fn steps(&self, request: &Request<'_>, _scratch: &Path) -> Result<Steps, PlanError> {
        let order = self.modules().order(request.agent)?;
        let (commands, order) = match self.bundling(&order)? {
            Some(bundling) => {
                let bundled = BundleOrder {
                    root: bundling.folder,
                    entry: bundling.entry,
                    files: bundling.files,
                    has_folder: false,
                };
                (bundling.commands, bundled)
            }
            None => (Vec::new(), order),
        };
        Ok(Steps {
            commands,
            output: Output::Bundle(order),
            stale: Vec::new(),
            files: Vec::new(),
        })
    }

    /// npm and esbuild say what is wrong on standard error.
    fn messages(&self, outcome: &Outcome, seen: &Path, _root: &Path) -> Vec<Message> {
        messages(&outcome.stderr, seen)
    }

    fn template(&self, name: &str) -> Vec<TemplateFile> {
        embedded::javascript_template(self.name, name)
    }

    fn sdk(&self) -> Vec<TemplateFile> {
        embedded::javascript_sdk()
    }

    fn project(&self, file: &Path) -> Option<PathBuf> {
        let modules = self.modules();
        let named = modules.project(file, &|manifest| owns(manifest, &LANGUAGES, ENDINGS));
        named.or_else(|| {
            let own = file.parent()?;
            own.join(PROJECT).is_file().then(|| own.to_owned())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_in_quotes_are_names_of_modules() {
        let text =
            "import a from './a.js';\nimport b from \"zod\"; const c = await import(`../c.js`);";
        assert_eq!(names(text), ["./a.js", "../c.js"]);
    }
}
