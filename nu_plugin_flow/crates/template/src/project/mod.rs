//! A project that templates are added to and taken away from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::catalogue::{Part, Template};
use crate::devbox::{
    self, has_include, includes, plugin_entry, same, with_include, without_include,
};
use crate::digest::digest;
use crate::error::TemplateError;
use crate::lock::ProjectLock;
use crate::plan::{Change, Plan, read};
use crate::record::{self, Added, Devbox, Record};

/// A folder with or without templates. As long as this value or a plan of it lives, no other flow changes it.
#[derive(Debug)]
pub struct Project {
    root: PathBuf,
    record: Record,
    /// The text of the record, if there is one.
    record_text: Option<String>,
    lock: ProjectLock,
}

/// A template to add, with some of its parts.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The template.
    pub template: &'static Template,
    /// Parts of it.
    pub parts: Vec<&'static Part>,
}

impl Project {
    /// Looks at the project in `root`.
    ///
    /// # Errors
    /// There is no such folder, or what flow noted about it cannot be read.
    pub fn open(root: &Path) -> Result<Project, TemplateError> {
        if !root.is_dir() {
            return Err(TemplateError::NoProject {
                path: root.to_owned(),
            });
        }
        let lock = ProjectLock::acquire(root)?;
        let record_text = read(root, record::FILE)?;
        let record = match &record_text {
            Some(text) => Record::read(text, &root.join(record::FILE))?,
            None => Record::default(),
        };
        Ok(Project {
            root: root.to_owned(),
            record,
            record_text,
            lock,
        })
    }

    /// The templates that were added, and the optional parts of each.
    pub fn added(&self) -> impl Iterator<Item = (&str, &[String])> {
        let templates = self.record.templates.iter();
        templates.map(|added| (added.name.as_str(), added.parts.as_slice()))
    }

    /// What adding the templates changes. A template that is there already gets these parts instead
    /// of its own, and what this flow brings in place of what an older one brought.
    ///
    /// # Errors
    /// `devbox.json` cannot be read, a file of somebody else is in the way, or one of flow's was
    /// changed; without `force` in the last case.
    pub fn add(self, wanted: &[Wanted], force: bool) -> Result<Plan, TemplateError> {
        let mut changes = Vec::new();
        let mut modified = Vec::new();
        let mut record = self.record.clone();
        for Wanted { template, parts } in wanted {
            let known = self.record.find(template.name);
            let mut files = BTreeMap::new();
            for (path, text) in template.files(parts) {
                let before = read(&self.root, &path)?;
                match (&before, known.and_then(|known| known.files.get(&path))) {
                    (Some(before), _) if *before == text => {}
                    (Some(_), None) => return Err(TemplateError::Clash { path }),
                    (Some(before), Some(written)) if digest(before) != *written && !force => {
                        modified.push(path.clone());
                    }
                    _ => {}
                }
                files.insert(path.clone(), digest(&text));
                let template = Some(template.name.to_owned());
                changes.push(Change {
                    template,
                    path,
                    before,
                    after: Some(text),
                });
            }
            let added = Added {
                name: template.name.to_owned(),
                parts: parts.iter().map(|part| part.name.clone()).collect(),
                included: known.is_some_and(|known| known.included),
                files,
            };
            match record
                .templates
                .iter_mut()
                .find(|known| known.name == template.name)
            {
                Some(known) => *known = added,
                None => record.templates.push(added),
            }
        }
        self.plan(changes, modified, record)
    }

    /// What taking the templates away changes.
    ///
    /// # Errors
    /// One is not there, or its files were changed; with `force` they go nevertheless.
    pub fn remove(self, names: &[&str], force: bool) -> Result<Plan, TemplateError> {
        let mut changes = Vec::new();
        let mut modified = Vec::new();
        for name in names {
            let Some(added) = self.record.find(name) else {
                return Err(TemplateError::Absent {
                    name: (*name).to_owned(),
                });
            };
            for (path, written) in &added.files {
                let before = read(&self.root, path)?;
                if before
                    .as_ref()
                    .is_some_and(|before| digest(before) != *written)
                    && !force
                {
                    modified.push(path.clone());
                }
                let template = Some(added.name.clone());
                changes.push(Change {
                    template,
                    path: path.clone(),
                    before,
                    after: None,
                });
            }
        }
        let mut record = self.record.clone();
        record
            .templates
            .retain(|added| !names.contains(&added.name.as_str()));
        self.plan(changes, modified, record)
    }

    /// The plan of `changes` and of those in the files that all templates share. Files that were
    /// `modified` and are in the way make it an error.
    fn plan(
        self,
        mut changes: Vec<Change>,
        modified: Vec<String>,
        mut record: Record,
    ) -> Result<Plan, TemplateError> {
        if !modified.is_empty() {
            return Err(TemplateError::Modified { paths: modified });
        }
        changes.push(self.include(&mut record)?);
        changes.push(self.note(&record));
        Ok(Plan {
            root: self.root,
            changes,
            lock: Some(self.lock),
        })
    }

    /// Makes `devbox.json` include the templates of `record` and no other of flow's.
    ///
    /// While nobody else writes it, the file is made anew from the original: what is taken away
    /// leaves it exactly as it was.
    fn include(&self, record: &mut Record) -> Result<Change, TemplateError> {
        let before = read(&self.root, devbox::FILE)?;
        let ours = self.record.templates.iter().filter(|added| added.included);
        let ours: Vec<String> = ours.map(|added| plugin_entry(&added.name)).collect();
        let known = self.record.devbox.as_ref();
        let untouched =
            known.filter(|known| before.as_deref().map(digest).as_ref() == Some(&known.written));
        let original = match (untouched, &before) {
            (Some(known), _) => known.original.clone(),
            (None, Some(before)) => {
                let rest = self.without(before, &ours)?;
                let made_by_flow = known.is_some_and(|known| known.original.is_none());
                (!made_by_flow || rest != devbox::NEW).then_some(rest)
            }
            (None, None) => None,
        };
        let mut after = original.clone().unwrap_or_else(|| devbox::NEW.to_owned());
        let theirs = includes(&after)?;
        for added in &mut record.templates {
            let entry = plugin_entry(&added.name);
            added.included = !theirs.iter().any(|theirs| same(theirs, &entry));
            if added.included {
                after = with_include(&after, &entry)?;
            }
        }
        let any = record.templates.iter().any(|added| added.included);
        record.devbox = any.then(|| Devbox {
            original: original.clone(),
            written: digest(&after),
        });
        Ok(Change {
            template: None,
            path: devbox::FILE.to_owned(),
            before,
            after: if any { Some(after) } else { original },
        })
    }

    /// A `devbox.json` that somebody else wrote since, without flow's entries.
    fn without(&self, text: &str, ours: &[String]) -> Result<String, TemplateError> {
        let known = self.record.devbox.as_ref();
        let had_none = known.is_some_and(|known| match &known.original {
            Some(original) => !has_include(original),
            None => true,
        });
        let mut text = text.to_owned();
        for entry in ours {
            text = without_include(&text, entry, had_none)?;
        }
        Ok(text)
    }

    fn note(&self, record: &Record) -> Change {
        Change {
            template: None,
            path: record::FILE.to_owned(),
            before: self.record_text.clone(),
            after: (!record.templates.is_empty()).then(|| record.text()),
        }
    }
}

#[cfg(test)]
mod tests;
