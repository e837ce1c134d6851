//! What a check found.

use crate::treatment::Treatment;

/// Whether a thing can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// A real probe succeeded.
    Good,
    /// It is not there.
    Missing,
    /// It is there and cannot be used.
    Broken,
}

impl Health {
    /// As shown in tables.
    pub fn as_str(&self) -> &'static str {
        match self {
            Health::Good => "good",
            Health::Missing => "missing",
            Health::Broken => "broken",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// The name of its check.
    pub check: &'static str,
    /// The program, folder or engine.
    pub tool: String,
    /// Its version, where it has one and says so.
    pub version: Option<String>,
    /// Whether it can be used.
    pub health: Health,
    /// What the probe found, in a few words.
    pub found: String,
    /// What it is needed for.
    pub needed_for: String,
    /// Whether flow works without it, but for that.
    pub optional: bool,
    /// What the user can do, where it is not good.
    pub mend: Option<String>,
    /// What the doctor can do, where it is not good.
    pub treatment: Option<Treatment>,
}

impl Diagnosis {
    /// A thing that flow cannot do without.
    pub(crate) fn needed(
        check: &'static str,
        tool: impl Into<String>,
        needed_for: &str,
    ) -> Diagnosis {
        Diagnosis {
            check,
            tool: tool.into(),
            version: None,
            health: Health::Missing,
            found: "not found on `PATH`".to_owned(),
            needed_for: needed_for.to_owned(),
            optional: false,
            mend: None,
            treatment: None,
        }
    }

    /// A thing that only some users need.
    pub(crate) fn optional(
        check: &'static str,
        tool: impl Into<String>,
        needed_for: &str,
    ) -> Diagnosis {
        Diagnosis {
            optional: true,
            ..Diagnosis::needed(check, tool, needed_for)
        }
    }

    pub(crate) fn version(mut self, version: Option<String>) -> Diagnosis {
        self.version = version;
        self
    }

    pub(crate) fn good(mut self, found: impl Into<String>) -> Diagnosis {
        self.health = Health::Good;
        self.found = found.into();
        self.mend = None;
        self.treatment = None;
        self
    }

    pub(crate) fn broken(mut self, found: impl Into<String>) -> Diagnosis {
        self.health = Health::Broken;
        self.found = found.into();
        self
    }

    pub(crate) fn mend(mut self, mend: impl Into<String>) -> Diagnosis {
        self.mend = Some(mend.into());
        self
    }

    /// Mended by the doctor or, with the same command, by the user.
    pub(crate) fn treatment(mut self, treatment: Treatment) -> Diagnosis {
        self.mend = Some(treatment.by_hand());
        self.treatment = Some(treatment);
        self
    }
}
