//! What the operations do, each through the public interface.

mod descriptors;
mod frozen;
mod memory;
#[cfg(target_os = "linux")]
mod mirror;
mod mounts;
mod refusals;
mod spawn;
mod union;

use std::{path::Path, sync::Arc};

use bytes::Bytes;
use cap_std::{ambient_authority, fs::Dir};

use super::*;

pub(super) fn library() -> Layer {
    Layer {
        id: "stdlib-1".into(),
        files: vec![(
            "/lib/python314.zip".to_owned(),
            Bytes::from_static(b"PK zipped"),
        )],
    }
}

pub(super) fn base() -> Arc<Tree> {
    let mut builder = TreeBuilder::python().unwrap();
    builder.layer(&library()).unwrap();
    builder.build()
}

pub(super) fn with(mounted: Vec<Mount>, settings: Settings) -> FileSystem {
    FileSystem::new(base(), Arc::new(Mounts::new(mounted).unwrap()), settings).unwrap()
}

pub(super) fn in_memory() -> FileSystem {
    with(Vec::new(), Settings::default())
}

pub(super) fn mount(at: &str, directory: &Path, access: Access) -> Mount {
    let directory = Dir::open_ambient_dir(directory, ambient_authority()).unwrap();
    Mount {
        path: at.into(),
        directory: Arc::new(directory),
        access,
    }
}

/// A file system with a directory of the host at `/data`.
pub(super) fn with_data(directory: &Path, access: Access) -> FileSystem {
    with(vec![mount("/data", directory, access)], Settings::default())
}

impl FileSystem {
    pub(super) fn opened(&mut self, path: &str, flags: u32) -> Result<i32, Errno> {
        self.open(AT_FDCWD, path.as_bytes(), flags, 0o666)
    }

    pub(super) fn read_path(&mut self, path: &str) -> Result<Vec<u8>, Errno> {
        let descriptor = self.opened(path, O_RDONLY)?;
        let content = self.read_all(descriptor);
        self.close(descriptor).unwrap();
        content
    }

    pub(super) fn read_all(&mut self, descriptor: i32) -> Result<Vec<u8>, Errno> {
        let mut content = Vec::new();
        let mut buffer = [0; 7];
        loop {
            match self.read(descriptor, &mut buffer)? {
                0 => return Ok(content),
                count => content.extend_from_slice(&buffer[..count]),
            }
        }
    }

    pub(super) fn write_path(&mut self, path: &str, content: &str) -> Result<(), Errno> {
        let descriptor = self.opened(path, O_WRONLY | O_CREAT | O_TRUNC)?;
        let written = self.write(descriptor, content.as_bytes());
        self.close(descriptor).unwrap();
        assert_eq!(written?, content.len());
        Ok(())
    }

    /// The names in a directory in their order, without `.` and `..`.
    pub(super) fn names(&mut self, path: &str) -> Result<Vec<String>, Errno> {
        let descriptor = self.opened(path, O_RDONLY | O_DIRECTORY)?;
        let mut names = Vec::new();
        loop {
            let some = self.read_directory(descriptor, 2)?;
            if some.entries.is_empty() {
                break;
            }
            names.extend(
                some.entries
                    .iter()
                    .map(|entry| String::from_utf8(entry.name.clone()).unwrap()),
            );
        }
        self.close(descriptor)?;
        assert_eq!(names[..2], [".", ".."]);
        Ok(names.split_off(2))
    }

    pub(super) fn make_directory(&mut self, path: &str) -> Result<(), Errno> {
        self.mkdir(AT_FDCWD, path.as_bytes(), 0o777)
    }

    pub(super) fn link(&mut self, target: &str, path: &str) -> Result<(), Errno> {
        self.symlink(target.as_bytes(), AT_FDCWD, path.as_bytes())
    }

    pub(super) fn remove_path(&mut self, path: &str) -> Result<(), Errno> {
        self.unlink(AT_FDCWD, path.as_bytes(), 0)
    }

    pub(super) fn remove_directory(&mut self, path: &str) -> Result<(), Errno> {
        self.unlink(AT_FDCWD, path.as_bytes(), AT_REMOVEDIR)
    }

    pub(super) fn moved(&mut self, from: &str, to: &str) -> Result<(), Errno> {
        self.rename(AT_FDCWD, from.as_bytes(), AT_FDCWD, to.as_bytes())
    }
}
