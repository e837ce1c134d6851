//! What the doctor does to mend something, without root.

use std::fs;
use std::path::{Path, PathBuf};

use flow_workspace::Command;

use crate::context::{Context, reason};
use crate::error::DoctorError;

/// One way to mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Treatment {
    /// A program that installs what is missing.
    Run {
        /// Its name.
        program: String,
        /// Its arguments.
        arguments: Vec<String>,
    },
    /// Makes a folder that only its owner can enter, and in which they can write.
    Private {
        /// The folder.
        folder: PathBuf,
    },
}

impl Treatment {
    /// The words of a command line, such as `rustup target add wasm32-wasip2`.
    pub(crate) fn words(line: &str) -> Treatment {
        let mut words = line.split_whitespace().map(str::to_owned);
        Treatment::Run {
            program: words.next().unwrap_or_default(),
            arguments: words.collect(),
        }
    }

    /// What the user would do instead.
    pub fn by_hand(&self) -> String {
        match self {
            Treatment::Run { program, arguments } => format!("`{program} {}`", arguments.join(" ")),
            Treatment::Private { folder } => {
                format!("`mkdir -p '{0}'; chmod 700 '{0}'`", folder.display())
            }
        }
    }

    /// Carries it out; returns what was done.
    ///
    /// # Errors
    /// It cannot be done, or the program fails.
    pub fn apply(&self, context: &Context<'_>) -> Result<String, DoctorError> {
        match self {
            Treatment::Run { program, arguments } => {
                let command =
                    Command::new(program, arguments.iter().cloned(), std::env::temp_dir());
                let outcome = context
                    .executor
                    .run(&command, context.cancel, &mut |_| {})?;
                if !outcome.success() {
                    return Err(DoctorError::Command {
                        command: format!("{program} {}", arguments.join(" ")),
                        status: outcome.status,
                        reason: reason(&outcome),
                    });
                }
                Ok(format!("ran {}", self.by_hand()))
            }
            Treatment::Private { folder } => make_private(folder),
        }
    }
}

fn make_private(folder: &Path) -> Result<String, DoctorError> {
    let failed = |action: &'static str| {
        move |source| DoctorError::Io {
            action,
            path: folder.to_owned(),
            source,
        }
    };
    let there = folder.is_dir();
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .map_err(failed("create the folder"))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let private = fs::Permissions::from_mode(0o700);
        fs::set_permissions(folder, private)
            .map_err(failed("change the permissions of the folder"))?;
    }
    let shown = folder.display();
    Ok(if there {
        format!("made `{shown}` private and writable")
    } else {
        format!("created `{shown}`")
    })
}
