//! A file that flow writes for the user or for a build.

use std::path::PathBuf;

use flow_cache::{Digest, Digester};

/// A file of a template, an SDK or a plan: its path below a folder, and its bytes.
pub type TemplateFile = (PathBuf, Vec<u8>);

/// The digest of all names and contents, whatever order the files are in.
pub(crate) fn digest(files: &mut [TemplateFile]) -> Digest {
    files.sort();
    let mut digester = Digester::new();
    for (path, contents) in files.iter() {
        digester
            .update(path.as_os_str().as_encoded_bytes())
            .update(contents);
    }
    digester.finish()
}
