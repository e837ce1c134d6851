//! From a file to a library in an interpreter.

use wasmtime::{Caller, Ref, TypedFunc};

use super::content::read_file;
use super::symbols::{providers, values};
use crate::error::Error;
use crate::host::guest::view;
use crate::libraries::{Callback, LibraryRecord, Loaded, Prepared, Provider};
use crate::loading::{guest, instantiate, set_callback};
use crate::state::State;

/// Libraries that need libraries that need libraries.
const DEPTH: usize = 16;

/// Loads the library at `path`, and before it those that it needs; answers
/// its number.
pub(super) async fn load(
    caller: &mut Caller<'_, State>,
    path: &str,
    global: bool,
    depth: usize,
) -> Result<usize, Error> {
    if let Some(number) = caller.data().libraries.of_path(path) {
        return Ok(number);
    }
    if depth > DEPTH {
        return Err(Error::library(
            path,
            "libraries need each other without end",
        ));
    }
    let bytes = read_file(&mut caller.data_mut().files, path)?;
    let modules = caller.data().modules.clone();
    let prepared = modules.library(&bytes)?;
    let mut needed = Vec::new();
    for name in &prepared.library.dylink.needed {
        let found = beside(caller, &prepared, path, name)?;
        needed.push(Box::pin(load(caller, &found, global, depth + 1)).await?);
    }
    let number = caller.data().libraries.loaded.len();
    let mut record = place(caller, &prepared, path, global).await?;
    record.values = values(caller, &prepared, &record, number, &needed)?;
    record.providers = providers(caller, &prepared, path, &needed)?;
    let instance = instantiate(&mut *caller, &prepared.module, &record).await?;
    let base = record.memory_base;
    caller.data_mut().libraries.loaded.push(Loaded {
        record,
        instance,
        prepared: Some(prepared.clone()),
    });
    {
        let (mut memory, _) = view(caller)?;
        for segment in &prepared.library.segments {
            memory.write(
                base.wrapping_add(segment.offset).cast_signed(),
                &segment.bytes,
            )?;
        }
    }
    let callbacks: Vec<Callback> = caller
        .data()
        .libraries
        .callbacks
        .iter()
        .filter(|callback| callback.owner == Provider::Library(number))
        .cloned()
        .collect();
    for callback in &callbacks {
        set_callback(&mut *caller, callback)?;
    }
    for initialiser in ["__wasm_apply_data_relocs", "__wasm_call_ctors"] {
        if instance.get_func(&mut *caller, initialiser).is_some() {
            let initialise: TypedFunc<(), ()> =
                instance.get_typed_func(&mut *caller, initialiser)?;
            initialise.call_async(&mut *caller, ()).await?;
        }
    }
    Ok(number)
}

/// Where a needed library is: by the paths that the one that needs it names,
/// else in its folder.
fn beside(
    caller: &mut Caller<'_, State>,
    prepared: &Prepared,
    path: &str,
    name: &str,
) -> Result<String, Error> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut folders: Vec<String> = prepared
        .library
        .dylink
        .run_paths
        .iter()
        .map(|run_path| run_path.replace("$ORIGIN", folder))
        .collect();
    folders.push(folder.to_owned());
    let files = &mut caller.data_mut().files;
    folders
        .into_iter()
        .map(|folder| format!("{folder}/{name}"))
        .find(|candidate| files.stat(candidate.as_bytes()).is_ok())
        .ok_or_else(|| Error::library(path, &format!("it needs `{name}`, which is not there")))
}

/// Makes room for a library's data and functions.
async fn place(
    caller: &mut Caller<'_, State>,
    prepared: &Prepared,
    path: &str,
    global: bool,
) -> Result<LibraryRecord, Error> {
    let dylink = &prepared.library.dylink;
    let guest = guest(caller)?;
    let mut memory_base = 0;
    if dylink.memory_size > 0 {
        let alignment = 1u32
            .checked_shl(dylink.memory_alignment)
            .unwrap_or(16)
            .max(16);
        let size = dylink.memory_size.saturating_add(alignment);
        let allocate: TypedFunc<(u32, u32), u32> =
            guest.main.get_typed_func(&mut *caller, "calloc")?;
        let start = allocate.call_async(&mut *caller, (size, 1)).await?;
        if start == 0 {
            return Err(Error::library(path, "not enough memory"));
        }
        memory_base = start.next_multiple_of(alignment);
    }
    let table_base = guest
        .table
        .grow_async(&mut *caller, u64::from(dylink.table_size), Ref::Func(None))
        .await?;
    Ok(LibraryRecord {
        path: path.to_owned(),
        digest: prepared.digest.clone(),
        handles: Vec::new(),
        memory_base,
        table_base: u32::try_from(table_base)?,
        global,
        values: Vec::new(),
        providers: Vec::new(),
    })
}
