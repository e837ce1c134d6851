//! The interpreters that flow installs itself, for the doctor.

use std::io::IsTerminal;

use flow_build::{engine, toolchain};
use flow_cache::Digest;
use flow_doctor::{Complaint, Installed, Interpreters};
use flow_runtime::{PYODIDE, PythonAgent};

use super::Examination;

/// The tool of the toolchain `python`.
const PYTHON: &str = "pyodide";

impl Interpreters for Examination {
    fn look(&self, tool: &str) -> Result<Installed, Complaint> {
        match tool {
            PYTHON => self.python(),
            engine => self.engine(engine),
        }
    }

    fn install(&self, tool: &str) -> Result<String, Complaint> {
        match tool {
            PYTHON => self.install_python(),
            engine => self.install_engine(engine),
        }
    }

    fn remove(&self, tool: &str) -> Result<String, Complaint> {
        if tool == PYTHON {
            let removed = toolchain::remove_python(&self.cache);
            removed.map_err(|error| self.complaint(&error))?;
            return Ok(format!("removed pyodide {PYODIDE}"));
        }
        let removed = self.engines.remove(tool);
        removed.map_err(|error| self.complaint(&error))?;
        Ok(format!("removed the engine for {tool}"))
    }
}

impl Examination {
    /// Has Python look at a program, where it is installed.
    fn python(&self) -> Result<Installed, Complaint> {
        let installed = toolchain::python(&self.cache).map_err(|error| self.complaint(&error))?;
        let folder = installed.ok_or_else(missing)?;
        let question = br#"{"entry": "probe.py", "source": "import json"}"#;
        let answer = self.runtime.analyse_python(&folder, question);
        answer.map_err(|error| self.complaint(&error))?;
        Ok(Installed {
            version: Some(PYODIDE.to_owned()),
            said: "started, and read a program".to_owned(),
        })
    }

    fn install_python(&self) -> Result<String, Complaint> {
        tell("fetching: pyodide");
        let flag = &self.interrupt.flag;
        let installed = toolchain::install_python(&self.cache, self.from.as_deref(), flag);
        let installed = installed.map_err(|error| self.complaint(&error))?;
        tell("compiling: pyodide, once for some seconds");
        let agent = PythonAgent::default();
        let warmed = self.runtime.load_python(&installed.path, &agent);
        warmed.map_err(|error| self.complaint(&error))?;
        Ok(format!("installed pyodide {PYODIDE}"))
    }

    /// Has an engine tell its vocabulary, where it is installed, and is the one
    /// that is to be installed.
    fn engine(&self, name: &str) -> Result<Installed, Complaint> {
        let found = self.engines.find(name);
        let found = found.map_err(|error| self.complaint(&error))?;
        let found = found.ok_or_else(missing)?;
        if let Some(from) = &self.from
            && Digest::of_file(from).is_ok_and(|digest| digest != found.record.digest)
        {
            return Err(Complaint {
                reason: format!("another one is installed than `{}`", from.display()),
                ..Complaint::default()
            });
        }
        let whole = self.engines.check(&found);
        whole.map_err(|error| self.complaint(&error))?;
        let words = self.runtime.vocabulary(&found.component);
        let words = words.map_err(|error| self.complaint(&error))?;
        Ok(Installed {
            version: found.record.version,
            said: format!("answered: {} words", words.len()),
        })
    }

    fn install_engine(&self, name: &str) -> Result<String, Complaint> {
        let known = engine::NAMES.into_iter().find(|known| *known == name);
        let name = known.ok_or_else(missing)?;
        let installed = match &self.from {
            Some(from) => {
                tell("making the engine ready: this takes some seconds, once");
                let origin = from.display().to_string();
                self.engines.install(name, from, &origin, &self.runtime)
            }
            None => {
                let flag = &self.interrupt.flag;
                let sources = flow_engine_sources::of(name);
                self.engines
                    .build(name, sources, &self.runtime, flag, &mut tell)
            }
        };
        let installed = installed.map_err(|error| self.complaint(&error))?;
        let words = installed.record.vocabulary;
        Ok(format!("installed the engine for {name}: {words} words"))
    }
}

fn missing() -> Complaint {
    Complaint {
        reason: "not installed".to_owned(),
        missing: true,
        help: None,
    }
}

/// Shows how an installation gets on, to a person.
fn tell(step: &str) {
    if std::io::stderr().is_terminal() {
        eprintln!("{step}");
    }
}
