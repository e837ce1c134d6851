use std::os::fd::OwnedFd;

use rustix::fs::{self as real, AtFlags, Mode, OFlags};

use super::{
    answer::{Answer, node},
    steps::Step,
};
use crate::files::{Errno, Kind};

/// The real directory.
pub(super) struct Real {
    pub(super) root: OwnedFd,
    pub(super) place: std::path::PathBuf,
    pub(super) open: Vec<OwnedFd>,
}

pub(super) fn failed(error: rustix::io::Errno) -> Errno {
    std::io::Error::from(error).into()
}

fn kind_of(mode: u32) -> Kind {
    match real::FileType::from_raw_mode(mode) {
        real::FileType::RegularFile => Kind::File,
        real::FileType::Directory => Kind::Directory,
        real::FileType::Symlink => Kind::Symlink,
        _ => Kind::Other,
    }
}

impl Real {
    /// Whether a path leads above the root, where the three differ.
    pub(super) fn leads_out(&self, path: &str) -> bool {
        let mut here = self.place.clone();
        let mut links = 0;
        let mut rest: Vec<String> = path.split('/').rev().map(str::to_owned).collect();
        while let Some(name) = rest.pop() {
            match name.as_str() {
                "" | "." => {}
                ".." => {
                    here.pop();
                    if !here.starts_with(&self.place) {
                        return true;
                    }
                }
                name => {
                    here.push(name);
                    if let Ok(target) = std::fs::read_link(&here) {
                        links += 1;
                        if links > 40 {
                            return false;
                        }
                        here.pop();
                        let target = target.to_str().unwrap();
                        rest.extend(target.split('/').rev().map(str::to_owned));
                    }
                }
            }
        }
        false
    }

    /// Where a seek means what the file system likes it to.
    pub(super) fn is_directory(&self, open: usize) -> bool {
        let stat = self.open.get(open).map(|open| real::fstat(open).unwrap());
        stat.is_some_and(|stat| kind_of(stat.st_mode) == Kind::Directory)
    }

    pub(super) fn run(&mut self, step: &Step) -> Result<Answer, rustix::io::Errno> {
        let mode = Mode::from_raw_mode(0o777);
        let at = |open: &usize| self.open.get(*open).ok_or(rustix::io::Errno::BADF);
        Ok(match step {
            Step::Open(path, flags) => {
                let flags = OFlags::from_bits_retain(*flags) | OFlags::CLOEXEC;
                let open = real::openat(&self.root, path.as_str(), flags, Mode::RUSR | Mode::WUSR)?;
                self.open.push(open);
                Answer::Done
            }
            Step::Close(open) => {
                at(open)?;
                self.open.remove(*open);
                Answer::Done
            }
            Step::Read(open, count) => {
                let mut buffer = vec![0; *count];
                let count = rustix::io::read(at(open)?, &mut buffer)?;
                buffer.truncate(count);
                Answer::Bytes(buffer)
            }
            Step::Write(open, bytes) => Answer::Count(rustix::io::write(at(open)?, bytes)? as u64),
            Step::Pwrite(open, bytes, offset) => {
                Answer::Count(rustix::io::pwrite(at(open)?, bytes, offset.cast_unsigned())? as u64)
            }
            Step::Seek(open, offset, whence) => {
                use rustix::fs::SeekFrom;
                let from = match whence {
                    0 => SeekFrom::Start(offset.cast_unsigned()),
                    1 => SeekFrom::Current(*offset),
                    _ => SeekFrom::End(*offset),
                };
                Answer::Count(real::seek(at(open)?, from)?)
            }
            Step::Cut(open, length) => {
                real::ftruncate(at(open)?, length.cast_unsigned())?;
                Answer::Done
            }
            Step::Length(open) => {
                let stat = real::fstat(at(open)?)?;
                node(kind_of(stat.st_mode), stat.st_size.cast_unsigned())
            }
            Step::Mkdir(path) => {
                real::mkdirat(&self.root, path.as_str(), mode)?;
                Answer::Done
            }
            Step::Rmdir(path) => {
                real::unlinkat(&self.root, path.as_str(), AtFlags::REMOVEDIR)?;
                Answer::Done
            }
            Step::Unlink(path) => {
                real::unlinkat(&self.root, path.as_str(), AtFlags::empty())?;
                Answer::Done
            }
            Step::Rename(from, to) => {
                real::renameat(&self.root, from.as_str(), &self.root, to.as_str())?;
                Answer::Done
            }
            Step::Symlink(target, path) => {
                real::symlinkat(target.as_str(), &self.root, path.as_str())?;
                Answer::Done
            }
            Step::Readlink(path) => {
                let target = real::readlinkat(&self.root, path.as_str(), Vec::new())?;
                Answer::Bytes(target.into_bytes())
            }
            Step::Stat(path) | Step::Lstat(path) => {
                let flags = match step {
                    Step::Stat(_) => AtFlags::empty(),
                    _ => AtFlags::SYMLINK_NOFOLLOW,
                };
                let stat = real::statat(&self.root, path.as_str(), flags)?;
                node(kind_of(stat.st_mode), stat.st_size.cast_unsigned())
            }
            Step::Access(path) => {
                let exists = real::Access::EXISTS;
                real::accessat(&self.root, path.as_str(), exists, AtFlags::empty())?;
                Answer::Done
            }
            Step::List(path) => {
                let flags = OFlags::RDONLY | OFlags::DIRECTORY;
                let open = real::openat(&self.root, path.as_str(), flags, Mode::empty())?;
                let names = real::Dir::read_from(open)?
                    .map(|entry| entry.map(|entry| entry.file_name().to_bytes().to_vec()))
                    .collect::<Result<_, _>>()?;
                Answer::Names(names)
            }
            Step::Truncate(path, length) => {
                // There is no `truncateat`.
                let path = format!("{}/{path}", self.place.display());
                let length = length.cast_unsigned();
                rustix_truncate(&path, length)?;
                Answer::Done
            }
        })
    }
}

/// `truncate`, which rustix has not: the same by opening, with the error that
/// the order of its checks gives.
fn rustix_truncate(path: &str, length: u64) -> Result<(), rustix::io::Errno> {
    if length.cast_signed() < 0 {
        return Err(rustix::io::Errno::INVAL);
    }
    let file = real::open(path, OFlags::WRONLY, Mode::empty())?;
    real::ftruncate(file, length)
}
