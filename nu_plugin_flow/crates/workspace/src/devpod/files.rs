//! Files that come out of a workspace, byte for byte.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::call::Call;
use crate::error::WorkspaceError;
use crate::workspace::WorkspaceId;
use flow_process::Command;

use super::DevpodProvider;
use super::error::DevpodError;

/// Bytes that come over at once; an answer is kept in memory.
const PIECE: u64 = 32 << 20;

/// Prints size and digest of `$1`, which has to be a file and, where it is relative, to stay below
/// the working directory.
const LOOK: &str = r#"f=$(readlink -f -- "$1") && [ -f "$f" ] || exit 4
case $1 in /*) ;; *) case $f in "$(pwd -P)"/*) ;; *) exit 4 ;; esac ;; esac
wc -c <"$f" && sha256sum <"$f""#;

impl DevpodProvider {
    /// Copies the file `from` inside to `to` on this machine; a relative one counts from the source
    /// folder and may not lead out of it.
    pub(super) fn fetch(
        &self,
        id: &WorkspaceId,
        from: &Path,
        to: &Path,
        call: &Call<'_>,
    ) -> Result<u64, WorkspaceError> {
        let name = from.to_string_lossy().into_owned();
        let no_file = || WorkspaceError::NoFile {
            id: id.to_string(),
            path: from.to_path_buf(),
        };
        let not_whole = || DevpodError::Digest {
            id: id.to_string(),
            file: name.clone(),
        };
        let looked = self.shell(id, LOOK, &[&name], call)?;
        let text = String::from_utf8_lossy(&looked.stdout).into_owned();
        let mut words = text.split_whitespace();
        let (Some(size), Some(digest)) = (
            words.next().and_then(|size| u64::from_str(size).ok()),
            words.next(),
        ) else {
            return Err(no_file());
        };
        if !looked.success() {
            return Err(no_file());
        }
        let failed = |error: io::Error| WorkspaceError::storage("write", to)(error);
        let folder = to.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        let mut sum = Sha256::new();
        for piece in 0..size.div_ceil(PIECE) {
            call.check()?;
            let line = r#"dd if="$1" bs=1048576 skip="$2" count=32 2>/dev/null"#;
            let skip = (piece * (PIECE >> 20)).to_string();
            let bytes = self.shell(id, line, &[&name, &skip], call)?.stdout;
            sum.update(&bytes);
            file.write_all(&bytes).map_err(failed)?;
        }
        if format!("{:x}", sum.finalize()) != digest {
            return Err(not_whole().into());
        }
        let file: File = file.persist(to).map_err(|error| failed(error.error))?;
        file.sync_all().map_err(failed)?;
        Ok(size)
    }

    fn shell(
        &self,
        id: &WorkspaceId,
        line: &str,
        arguments: &[&str],
        call: &Call<'_>,
    ) -> Result<flow_process::Outcome, WorkspaceError> {
        let words = ["-c", line, "sh"]
            .into_iter()
            .chain(arguments.iter().copied());
        let mut command = Command::new("sh", words, "");
        command.deadline = call.remaining();
        self.run_inside(id, &command, call, &mut |_| {})
    }
}
