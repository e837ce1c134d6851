//! What the doctor does to mend something, without root.

use std::fs;
use std::path::{Path, PathBuf};

use flow_process::Command;

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
    /// Makes a folder that its owner can enter and write in.
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Whether nobody else may enter it; one that is made anew is always so.
        private: bool,
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
            Treatment::Folder { folder, private } => {
                let mode = if *private { "700" } else { "u+rwx" };
                format!("`mkdir -p '{0}'; chmod {mode} '{0}'`", folder.display())
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
            Treatment::Folder { folder, private } => mend_folder(folder, *private),
        }
    }
}

fn mend_folder(folder: &Path, private: bool) -> Result<String, DoctorError> {
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
        let permissions = fs::metadata(folder).map(|metadata| metadata.permissions());
        let mut permissions = permissions.map_err(failed("read the permissions of the folder"))?;
        // What others may do there is the owner's affair, where it need not be private.
        let kept = if private {
            0
        } else {
            permissions.mode() & 0o7777
        };
        permissions.set_mode(kept | 0o700);
        fs::set_permissions(folder, permissions)
            .map_err(failed("change the permissions of the folder"))?;
    }
    let shown = folder.display();
    Ok(match (there, private) {
        (true, true) => format!("made `{shown}` private and writable"),
        (true, false) => format!("made `{shown}` writable"),
        (false, _) => format!("created `{shown}`"),
    })
}
