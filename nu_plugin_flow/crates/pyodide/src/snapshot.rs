//! Snapshots: an interpreter as it was at a moment, from which others start.
//!
//! What makes an interpreter is its memory, the mutable globals of its main
//! module, where its libraries are, which functions the host has put into its
//! table, and its files. Everything else is made anew for each.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use wasmtime::{ExternType, Module};

use crate::distribution::VERSION;
use crate::error::Error;
use crate::files::{Reading, Tree};
use crate::function::{Entries, Function};
use crate::libraries::{Callback, LibraryRecord};
use crate::modules::Modules;

/// The beginning of a file, with the version of its form.
const MAGIC: &[u8; 8] = b"pyosnap1";
/// The longest part that is read at once without being code, in bytes.
const PART: u64 = 1 << 30;

/// An interpreter as it was, ready to be started any number of times.
pub struct Snapshot {
    pub(crate) record: Record,
    pub(crate) tree: Arc<Tree>,
    pub(crate) image: Module,
    /// The code of each library of the record.
    pub(crate) libraries: Vec<Module>,
}

/// What a snapshot is, without its memory.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Record {
    /// Of which Pyodide it was taken.
    pub version: String,
    /// Names the image.
    pub image: String,
    /// The mutable globals of the main module, by the names of their exports.
    pub globals: Vec<(String, i32)>,
    /// Nanoseconds of its monotonic clock, which does not go back.
    pub clock: u64,
    /// Elements of the function table.
    pub table: u32,
    pub libraries: Vec<LibraryRecord>,
    pub callbacks: Vec<Callback>,
    pub entries: Entries,
    /// Files that it was reading.
    pub open: Vec<Reading>,
    /// Functions that whoever took it has given names.
    pub functions: Vec<(String, Function)>,
}

impl Snapshot {
    /// Reads the snapshot at `path`, which was taken with the Pyodide of
    /// `modules`.
    pub(crate) fn read<T>(modules: &Modules<T>, path: &Path) -> Result<Self, Error> {
        let mut file = File::open(path)?;
        let mut magic = [0; MAGIC.len()];
        file.read_exact(&mut magic)?;
        if magic != *MAGIC {
            return Err(Error::snapshot("it is no snapshot, or one of another form"));
        }
        let record = read_part(&mut file)?;
        let record: Record =
            serde_json::from_slice(&record).map_err(|error| Error::snapshot(error.to_string()))?;
        if record.version != VERSION {
            return Err(Error::snapshot(format!(
                "it is of pyodide {}",
                record.version
            )));
        }
        let tree = Tree::from_bytes(&read_part(&mut file)?.into(), &modules.layers())
            .map_err(|error| Error::snapshot(error.to_string()))?
            .into();
        let start = file.stream_position()?;
        let image = modules.module(&format!("image-{}", record.image), &mut || {
            let mut file = File::open(path)?;
            file.seek(SeekFrom::Start(start))?;
            read_part(&mut file)
        })?;
        let mut libraries = Vec::new();
        for (number, library) in record.libraries.iter().enumerate() {
            libraries.push(modules.library_module(&library.digest, &mut || {
                let mut file = File::open(path)?;
                file.seek(SeekFrom::Start(start))?;
                // The image comes before the first library.
                for _ in 0..=number {
                    skip_part(&mut file)?;
                }
                read_part(&mut file)
            })?);
        }
        Ok(Self {
            record,
            tree,
            image,
            libraries,
        })
    }

    /// The same with further files, by their absolute paths.
    ///
    /// # Errors
    /// Where a path is not one, or is a directory.
    pub fn with_files(
        &self,
        files: impl IntoIterator<Item = (String, Bytes)>,
    ) -> Result<Self, Error> {
        let mut builder = self.tree.edit();
        for (path, content) in files {
            builder
                .file(&path, content)
                .map_err(|error| Error::snapshot(error.to_string()))?;
        }
        Ok(Self {
            record: self.record.clone(),
            tree: builder.build(),
            image: self.image.clone(),
            libraries: self.libraries.clone(),
        })
    }

    /// Bytes of linear memory with which an interpreter begins.
    #[must_use]
    pub fn memory(&self) -> u64 {
        match self.image.get_export("memory") {
            Some(ExternType::Memory(memory)) => memory.minimum() * memory.page_size(),
            _ => 0,
        }
    }

    /// The function that was given this name when the snapshot was taken.
    #[must_use]
    pub fn function(&self, name: &str) -> Option<Function> {
        let named = self
            .record
            .functions
            .iter()
            .find(|(known, _)| known == name);
        named.map(|(_, function)| *function)
    }
}

/// Writes a snapshot: its record, then as `parts` its files, its memory and the
/// code of each library.
pub(crate) fn write<'a>(
    path: &Path,
    record: &Record,
    parts: impl Iterator<Item = &'a Vec<u8>>,
) -> Result<(), Error> {
    let record = serde_json::to_vec(record).map_err(|error| Error::snapshot(error.to_string()))?;
    let mut file = File::create(path)?;
    file.write_all(MAGIC)?;
    write_part(&mut file, &record)?;
    for part in parts {
        write_part(&mut file, part)?;
    }
    file.flush()?;
    Ok(())
}

fn write_part(file: &mut File, part: &[u8]) -> Result<(), Error> {
    file.write_all(&(part.len() as u64).to_le_bytes())?;
    file.write_all(part)?;
    Ok(())
}

fn length(file: &mut File) -> Result<u64, Error> {
    let mut length = [0; 8];
    file.read_exact(&mut length)?;
    let length = u64::from_le_bytes(length);
    if length > PART {
        return Err(Error::snapshot("a part of it is too long"));
    }
    Ok(length)
}

fn read_part(file: &mut File) -> Result<Vec<u8>, Error> {
    let length = length(file)?;
    let mut part = Vec::new();
    file.take(length).read_to_end(&mut part)?;
    if part.len() as u64 != length {
        return Err(Error::snapshot("it is truncated"));
    }
    Ok(part)
}

fn skip_part(file: &mut File) -> Result<(), Error> {
    let length = length(file)?;
    file.seek(SeekFrom::Current(i64::try_from(length)?))?;
    Ok(())
}
