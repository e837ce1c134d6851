//! JavaScript and TypeScript: read and run by their engine.

use std::path::{Path, PathBuf};

use flow_process::Outcome;

use super::{
    facts::{self, Facts, NPM_PROJECT, TYPESCRIPT_SETTINGS},
    language::{BundleOrder, Language, Plan, Request, Steps},
    modules::Modules,
};
use crate::{
    diagnostics::Message,
    interpreter::SyntaxProblem,
    javascript::{Bundling, LOCK_FILE, bundling, messages, on_path, strip},
    plan_error::PlanError,
    scaffold::embedded,
    template_file::TemplateFile,
};

/// One of the two: an agent in either may have modules in the other.
#[derive(Debug)]
pub(super) struct JavaScript(&'static Facts);

pub(super) static JAVASCRIPT: JavaScript = JavaScript(&facts::JAVASCRIPT);

pub(super) static TYPESCRIPT: JavaScript = JavaScript(&facts::TYPESCRIPT);

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
            facts: self.0,
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
    fn facts(&self) -> &'static Facts {
        self.0
    }

    fn translate(&self, path: &str, text: &str) -> Result<(String, Option<String>), SyntaxProblem> {
        if !facts::TYPESCRIPT.is_source(Path::new(path)) {
            return Ok((text.to_owned(), None));
        }
        let stripped = strip(path, text)?;
        Ok((stripped.code, stripped.map))
    }

    fn install(&self, program: &str) -> String {
        let command = match program {
            "npm" | "npx" if cfg!(target_os = "macos") => "brew install node",
            "npm" | "npx" => "sudo apt install npm",
            _ => "flow toolchain install javascript",
        };
        command.to_owned()
    }

    fn plan(&self, request: &Request<'_>) -> Result<Plan, PlanError> {
        let modules = self.modules();
        let mut plan = modules.plan(request)?;
        let order = modules.order(request.agent)?;
        if self.bundling(&order)?.is_some() {
            // Which versions there are is in the lock file, which npm may write.
            let named = [NPM_PROJECT, LOCK_FILE, TYPESCRIPT_SETTINGS].map(PathBuf::from);
            plan.named
                .extend(named.map(|name| (order.root.clone(), name)));
            plan.lock_files = &[LOCK_FILE];
        }
        Ok(plan)
    }

    fn steps(&self, request: &Request<'_>, _scratch: &Path) -> Result<Steps, PlanError> {
        let order = self.modules().order(request.agent)?;
        let Some(bundling) = self.bundling(&order)? else {
            return Ok(Steps::bundle(order));
        };
        let bundled = BundleOrder {
            root: bundling.folder,
            entry: bundling.entry,
            files: bundling.files,
            has_folder: false,
        };
        Ok(Steps {
            commands: bundling.commands,
            ..Steps::bundle(bundled)
        })
    }

    /// npm and esbuild say what is wrong on standard error.
    fn messages(&self, outcome: &Outcome, seen: &Path, _root: &Path) -> Vec<Message> {
        messages(&outcome.stderr, seen)
    }

    fn template(&self, name: &str) -> Vec<TemplateFile> {
        embedded::javascript_template(self.0.name(), name)
    }

    fn sdk(&self) -> Vec<TemplateFile> {
        embedded::javascript_sdk()
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
