use std::collections::BTreeSet;

use super::{
    answer::{Answer, Answered, node},
    steps::Step,
};
use crate::files::{AT_REMOVEDIR, AT_SYMLINK_NOFOLLOW, Errno, FileSystem, O_DIRECTORY, O_RDONLY};

/// A directory of a [`FileSystem`].
pub(super) struct Ours {
    pub(super) files: FileSystem,
    root: i32,
    open: Vec<i32>,
}

impl Ours {
    pub(super) fn new(mut files: FileSystem, root: &str) -> Ours {
        let root = files.opened(root, O_RDONLY | O_DIRECTORY).unwrap();
        Ours {
            files,
            root,
            open: Vec::new(),
        }
    }

    pub(super) fn run(&mut self, step: &Step) -> Answered {
        let files = &mut self.files;
        let at = |open: &usize| self.open.get(*open).copied().ok_or(Errno::Badf);
        Ok(match step {
            Step::Open(path, flags) => {
                let open = files.open(self.root, path.as_bytes(), *flags, 0o600)?;
                self.open.push(open);
                Answer::Done
            }
            Step::Close(open) => {
                files.close(at(open)?)?;
                self.open.remove(*open);
                Answer::Done
            }
            Step::Read(open, count) => {
                let mut buffer = vec![0; *count];
                let count = files.read(at(open)?, &mut buffer)?;
                buffer.truncate(count);
                Answer::Bytes(buffer)
            }
            Step::Write(open, bytes) => Answer::Count(files.write(at(open)?, bytes)? as u64),
            Step::Pwrite(open, bytes, offset) => {
                Answer::Count(files.pwrite(at(open)?, bytes, *offset)? as u64)
            }
            Step::Seek(open, offset, whence) => {
                Answer::Count(files.seek(at(open)?, *offset, *whence)?)
            }
            Step::Cut(open, length) => {
                files.ftruncate(at(open)?, *length)?;
                Answer::Done
            }
            Step::Length(open) => {
                let metadata = files.metadata(at(open)?)?;
                node(metadata.kind, metadata.size)
            }
            Step::Mkdir(path) => {
                files.mkdir(self.root, path.as_bytes(), 0o777)?;
                Answer::Done
            }
            Step::Rmdir(path) => {
                files.unlink(self.root, path.as_bytes(), AT_REMOVEDIR)?;
                Answer::Done
            }
            Step::Unlink(path) => {
                files.unlink(self.root, path.as_bytes(), 0)?;
                Answer::Done
            }
            Step::Rename(from, to) => {
                files.rename(self.root, from.as_bytes(), self.root, to.as_bytes())?;
                Answer::Done
            }
            Step::Symlink(target, path) => {
                files.symlink(target.as_bytes(), self.root, path.as_bytes())?;
                Answer::Done
            }
            Step::Readlink(path) => Answer::Bytes(files.readlink(self.root, path.as_bytes())?),
            Step::Stat(path) | Step::Lstat(path) => {
                let flags = match step {
                    Step::Stat(_) => 0,
                    _ => AT_SYMLINK_NOFOLLOW,
                };
                let metadata = files.metadata_at(self.root, path.as_bytes(), flags)?;
                node(metadata.kind, metadata.size)
            }
            Step::Access(path) => {
                files.access(self.root, path.as_bytes(), 0, 0)?;
                Answer::Done
            }
            Step::List(path) => Answer::Names(self.list(path)?),
            Step::Truncate(path, length) => {
                let place = files.path(self.root)?.to_vec();
                let path = [&place, b"/".as_slice(), path.as_bytes()].concat();
                files.truncate(&path, *length)?;
                Answer::Done
            }
        })
    }

    fn list(&mut self, path: &str) -> Result<BTreeSet<Vec<u8>>, Errno> {
        let flags = O_RDONLY | O_DIRECTORY;
        let open = self.files.open(self.root, path.as_bytes(), flags, 0)?;
        let entries = self.files.read_directory(open, 1000)?.entries;
        let names = entries.iter().map(|entry| entry.name.clone()).collect();
        self.files.close(open)?;
        Ok(names)
    }
}
