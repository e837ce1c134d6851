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
use wasmtime::{ExternType, Module, Val};

use crate::distribution::{VERSION, hexadecimal};
use crate::error::Error;
use crate::files::{Reading, Tree};
use crate::instance::{Entries, Function, Instance};
use crate::libraries::{Callback, LibraryRecord};
use crate::link::{Image, MUTABLE_GLOBAL};
use crate::pyodide::Pyodide;

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
    version: String,
    /// Names the image.
    image: String,
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
    functions: Vec<(String, Function)>,
}

impl Snapshot {
    /// Takes a snapshot of `instance`, which is used up, and writes it to
    /// `path`. The functions can be found again under their names.
    ///
    /// # Errors
    /// Where Python has a file open for writing, or the file cannot be written.
    pub async fn take(
        instance: Instance,
        functions: &[(&str, Function)],
        path: &Path,
    ) -> Result<(), Error> {
        let mut instance = instance;
        instance.freeze().await?;
        let end = instance
            .invoke::<(), u32>("emscripten_stack_get_end", ())
            .await?;
        let top = instance
            .invoke::<(), u32>("emscripten_stack_get_current", ())
            .await?;
        let memory = instance.guest.memory.data(&instance.store);
        let image = Image::of_memory(memory, end as usize..top as usize).module()?;
        let state = instance.store.data();
        let frozen = state
            .files
            .freeze()
            .map_err(|error| Error::snapshot(error.to_string()))?;
        let libraries: Vec<_> = state
            .libraries
            .loaded
            .iter()
            .map(|l| l.record.clone())
            .collect();
        let mut codes = Vec::new();
        for library in &state.libraries.loaded {
            let prepared = library.prepared.as_ref();
            let prepared =
                prepared.ok_or_else(|| Error::snapshot("a library came with another snapshot"))?;
            codes.push(prepared.library.wasm.clone());
        }
        let record = Record {
            version: VERSION.to_owned(),
            image: hexadecimal(&image),
            callbacks: state.libraries.callbacks.clone(),
            entries: instance
                .entries
                .ok_or_else(|| Error::snapshot("python has not begun"))?,
            clock: u64::try_from(instance.store.data().started.elapsed().as_nanos())?,
            table: u32::try_from(instance.guest.table.size(&instance.store))?,
            globals: globals(&mut instance)?,
            open: frozen.open,
            libraries,
            functions: functions
                .iter()
                .map(|(name, function)| ((*name).to_owned(), *function))
                .collect(),
        };
        let record =
            serde_json::to_vec(&record).map_err(|error| Error::snapshot(error.to_string()))?;
        let tree = frozen
            .tree
            .to_bytes()
            .map_err(|error| Error::snapshot(error.to_string()))?;
        let mut file = File::create(path)?;
        file.write_all(MAGIC)?;
        let parts = [&record, &tree, &image].into_iter().chain(&codes);
        for part in parts {
            file.write_all(&(part.len() as u64).to_le_bytes())?;
            file.write_all(part)?;
        }
        file.flush()?;
        Ok(())
    }

    /// Reads a snapshot that was taken with the same Pyodide. Of its memory
    /// and its libraries nothing is read where their code is in the cache.
    pub fn open(pyodide: &Pyodide, path: &Path) -> Result<Self, Error> {
        let shared = pyodide.shared();
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
        let tree = Tree::from_bytes(&read_part(&mut file)?.into(), &shared.layers())
            .map_err(|error| Error::snapshot(error.to_string()))?
            .into();
        let start = file.stream_position()?;
        let image = shared.module(&format!("image-{}", record.image), &mut || {
            let mut file = File::open(path)?;
            file.seek(SeekFrom::Start(start))?;
            read_part(&mut file)
        })?;
        let mut libraries = Vec::new();
        for (number, library) in record.libraries.iter().enumerate() {
            libraries.push(shared.library_module(&library.digest, &mut || {
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

/// The mutable globals of the main module.
fn globals(instance: &mut Instance) -> Result<Vec<(String, i32)>, Error> {
    let main = instance.guest.main;
    let mut globals = Vec::new();
    for number in 0.. {
        let name = format!("{MUTABLE_GLOBAL}{number}");
        let Some(global) = main.get_global(&mut instance.store, &name) else {
            break;
        };
        let Val::I32(value) = global.get(&mut instance.store) else {
            return Err(Error::snapshot(format!("`{name}` is no i32")));
        };
        globals.push((name, value));
    }
    Ok(globals)
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
