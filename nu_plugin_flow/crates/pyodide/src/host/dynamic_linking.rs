//! `dlopen` and `dlsym`: how Python loads extension modules.

use std::sync::Arc;

use wasmtime::{Caller, ExternType, Linker, Ref, TypedFunc};

use super::ENV;
use super::guest::view;
use crate::error::Error;
use crate::files::{AT_FDCWD, Errno, FileSystem, O_RDONLY};
use crate::libraries::{
    Callback, LibraryRecord, Loaded, Prepared, Provider, guest, instantiate, set_callback,
};
use crate::link::Global;
use crate::state::State;

/// Fields of Emscripten's `struct dso`, as offsets.
const FLAGS: i32 = 4;
const ALLOCATED: i32 = 8;
const MEMORY: i32 = 12;
const MEMORY_SIZE: i32 = 16;
const TABLE: i32 = 20;
const TABLE_SIZE: i32 = 24;
const NAME: i32 = 36;
/// `RTLD_GLOBAL`.
const GLOBAL: i32 = 256;
/// Libraries that need libraries that need libraries.
const DEPTH: usize = 16;

pub(super) fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    linker
        .func_wrap_async(
            ENV,
            "_dlopen_js",
            |mut caller: Caller<'_, State>, (handle,): (i32,)| {
                Box::new(async move {
                    match open(&mut caller, handle).await {
                        Ok(()) => Ok(1),
                        Err(error) => fail(&mut caller, &error).await,
                    }
                })
            },
        )?
        .func_wrap_async(
            ENV,
            "_dlsym_js",
            |mut caller: Caller<'_, State>, (handle, symbol, _number): (i32, i32, i32)| {
                Box::new(async move {
                    match look_up(&mut caller, handle, symbol).await {
                        Ok(address) => Ok(address),
                        Err(error) => fail(&mut caller, &error).await,
                    }
                })
            },
        )?;
    Ok(())
}

/// Leaves the reason for `dlerror`, and answers null.
async fn fail(caller: &mut Caller<'_, State>, error: &Error) -> wasmtime::Result<i32> {
    // What stops the guest is no error of the library.
    if let Error::Exit { status } = error {
        return Err(super::Exit(*status).into());
    }
    let message = error.in_full();
    caller.data_mut().libraries.failure = Some(message.clone());
    let main = guest(caller)?.main;
    let size = i32::try_from(message.len() + 1)?;
    let allocate: TypedFunc<i32, i32> = main.get_typed_func(&mut *caller, "malloc")?;
    let set: TypedFunc<(i32, i32), ()> = main.get_typed_func(&mut *caller, "__dl_seterr")?;
    let free: TypedFunc<i32, ()> = main.get_typed_func(&mut *caller, "free")?;
    let text = allocate.call_async(&mut *caller, size).await?;
    if text != 0 {
        if let Ok((mut memory, _)) = view(caller) {
            let _ = memory.write_string(text, message.len() + 1, message.as_bytes());
        }
        // The message is taken as it is: without arguments to format.
        set.call_async(&mut *caller, (text, 0)).await?;
        free.call_async(&mut *caller, text).await?;
    }
    Ok(0)
}

async fn open(caller: &mut Caller<'_, State>, handle: i32) -> Result<(), Error> {
    let (path, global) = {
        let (memory, _) = view(caller)?;
        let name = memory.string(handle.wrapping_add(NAME))?;
        let flags = memory.read_i32(handle.wrapping_add(FLAGS))?;
        (
            String::from_utf8_lossy(name).into_owned(),
            flags & GLOBAL != 0,
        )
    };
    let number = load(caller, &path, global, 0).await?;
    let libraries = &mut caller.data_mut().libraries;
    let Some(library) = libraries.loaded.get_mut(number) else {
        return Ok(());
    };
    library.record.handles.push(handle.cast_unsigned());
    library.record.global |= global;
    let record = library.record.clone();
    let sizes = library
        .prepared
        .as_ref()
        .map(|prepared| {
            (
                prepared.library.dylink.memory_size,
                prepared.library.dylink.table_size,
            )
        })
        .unwrap_or_default();
    let (mut memory, _) = view(caller)?;
    memory.write(handle.wrapping_add(ALLOCATED), &[1])?;
    for (field, value) in [
        (MEMORY, record.memory_base),
        (MEMORY_SIZE, sizes.0),
        (TABLE, record.table_base),
        (TABLE_SIZE, sizes.1),
    ] {
        memory.write_i32(handle.wrapping_add(field), value.cast_signed())?;
    }
    Ok(())
}

/// Loads the library at `path`, and before it those that it needs; answers
/// its number.
async fn load(
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
    let shared = caller.data().shared.clone();
    let prepared = shared.library(&bytes)?;
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

/// The values of the globals that a library imports.
fn values(
    caller: &mut Caller<'_, State>,
    prepared: &Prepared,
    record: &LibraryRecord,
    number: usize,
    needed: &[usize],
) -> Result<Vec<u32>, Error> {
    let mut values = Vec::new();
    for global in &prepared.library.globals {
        values.push(match global {
            Global::MemoryBase => record.memory_base,
            Global::TableBase => record.table_base,
            Global::StackPointer => continue,
            Global::Data(name) => match data(caller, name, needed)? {
                Some(address) => address,
                None => match prepared.library.symbols.data.get(name) {
                    Some(offset) => record.memory_base.wrapping_add(*offset),
                    None => {
                        return Err(Error::library(
                            &record.path,
                            &format!("no data are called `{name}`"),
                        ));
                    }
                },
            },
            Global::Function(name) => {
                let provider = provider(caller, name, needed)?;
                match (provider, prepared.library.symbols.functions.get(name)) {
                    (Some(provider), _) => slot(caller, provider, name)?,
                    (None, Some(Some(element))) => record.table_base.wrapping_add(*element),
                    (None, Some(None)) => reserve(caller, Provider::Library(number), name)?,
                    // A weak symbol that nobody defines.
                    (None, None) => 0,
                }
            }
        });
    }
    Ok(values)
}

/// Who provides the functions that a library imports.
fn providers(
    caller: &mut Caller<'_, State>,
    prepared: &Prepared,
    path: &str,
    needed: &[usize],
) -> Result<Vec<Provider>, Error> {
    let shared = caller.data().shared.clone();
    let mut providers = Vec::new();
    for import in prepared.module.imports() {
        if !matches!(import.ty(), ExternType::Func(_)) {
            continue;
        }
        let name = import.name();
        let provider = match provider(caller, name, needed)? {
            Some(provider) => provider,
            None if shared
                .linker
                .get(&mut *caller, import.module(), name)
                .is_ok() =>
            {
                Provider::Host
            }
            None if prepared.library.symbols.functions.contains_key(name) => {
                return Err(Error::library(
                    path,
                    &format!("it imports its own function `{name}`"),
                ));
            }
            None => Provider::Nobody,
        };
        providers.push(provider);
    }
    Ok(providers)
}

/// The libraries in which symbols are looked for: those that were needed, and
/// those that are global.
fn visible(caller: &Caller<'_, State>, needed: &[usize]) -> Vec<usize> {
    let loaded = &caller.data().libraries.loaded;
    let global =
        (0..loaded.len()).filter(|number| loaded.get(*number).is_some_and(|l| l.record.global));
    needed.iter().copied().chain(global).collect()
}

fn data(
    caller: &mut Caller<'_, State>,
    name: &str,
    needed: &[usize],
) -> Result<Option<u32>, Error> {
    let shared = caller.data().shared.clone();
    if let Some(address) = shared.symbols()?.data.get(name) {
        return Ok(Some(*address));
    }
    for number in visible(caller, needed) {
        let prepared = prepared(caller, number)?;
        let base = caller
            .data()
            .libraries
            .loaded
            .get(number)
            .map(|l| l.record.memory_base);
        if let (Some(offset), Some(base)) = (prepared.library.symbols.data.get(name), base) {
            return Ok(Some(base.wrapping_add(*offset)));
        }
    }
    Ok(None)
}

fn provider(
    caller: &mut Caller<'_, State>,
    name: &str,
    needed: &[usize],
) -> Result<Option<Provider>, Error> {
    let shared = caller.data().shared.clone();
    if shared.symbols()?.functions.contains_key(name) {
        return Ok(Some(Provider::Main));
    }
    for number in visible(caller, needed) {
        if prepared(caller, number)?
            .library
            .symbols
            .functions
            .contains_key(name)
        {
            return Ok(Some(Provider::Library(number)));
        }
    }
    Ok(None)
}

/// The element of the table that holds a function. There is one for each
/// function, or pointers to it would differ.
fn slot(caller: &mut Caller<'_, State>, provider: Provider, name: &str) -> Result<u32, Error> {
    let (element, base) = match provider {
        Provider::Library(number) => {
            let prepared = prepared(caller, number)?;
            let base = caller
                .data()
                .libraries
                .loaded
                .get(number)
                .map(|l| l.record.table_base);
            (
                prepared
                    .library
                    .symbols
                    .functions
                    .get(name)
                    .copied()
                    .flatten(),
                base.unwrap_or_default(),
            )
        }
        _ => {
            let shared = caller.data().shared.clone();
            (shared.symbols()?.functions.get(name).copied().flatten(), 0)
        }
    };
    if let Some(element) = element {
        return Ok(base.wrapping_add(element));
    }
    let known = |callback: &&Callback| callback.owner == provider && callback.name == name;
    if let Some(callback) = caller.data().libraries.callbacks.iter().find(known) {
        return Ok(callback.slot);
    }
    let slot = reserve(caller, provider, name)?;
    let callback = Callback {
        slot,
        owner: provider,
        name: name.to_owned(),
    };
    set_callback(&mut *caller, &callback)?;
    Ok(slot)
}

/// Takes one more element of the table for a function, which is put there
/// once its module is instantiated.
fn reserve(caller: &mut Caller<'_, State>, owner: Provider, name: &str) -> Result<u32, Error> {
    let table = guest(caller)?.table;
    let slot = u32::try_from(table.grow(&mut *caller, 1, Ref::Func(None))?)?;
    let callback = Callback {
        slot,
        owner,
        name: name.to_owned(),
    };
    caller.data_mut().libraries.callbacks.push(callback);
    Ok(slot)
}

/// The library of that number as it was compiled; one that came with a
/// snapshot is read again.
fn prepared(caller: &mut Caller<'_, State>, number: usize) -> Result<Arc<Prepared>, Error> {
    let state = caller.data_mut();
    let Some(library) = state.libraries.loaded.get_mut(number) else {
        return Err(Error::damaged("a library is not there any more"));
    };
    if let Some(prepared) = &library.prepared {
        return Ok(prepared.clone());
    }
    let path = library.record.path.clone();
    let bytes = read_file(&mut state.files, &path)?;
    let prepared = state.shared.library(&bytes)?;
    library.prepared = Some(prepared.clone());
    Ok(prepared)
}

async fn look_up(caller: &mut Caller<'_, State>, handle: i32, symbol: i32) -> Result<i32, Error> {
    let name = {
        let (memory, _) = view(caller)?;
        String::from_utf8_lossy(memory.string(symbol)?).into_owned()
    };
    let number = caller.data().libraries.of_handle(handle.cast_unsigned());
    let found = match number {
        Some(number) => {
            let prepared = prepared(caller, number)?;
            let base = caller
                .data()
                .libraries
                .loaded
                .get(number)
                .map(|l| l.record.memory_base);
            let symbols = &prepared.library.symbols;
            match (symbols.data.get(&name), base) {
                (Some(offset), Some(base)) => Some(base.wrapping_add(*offset)),
                _ if symbols.functions.contains_key(&name) => {
                    Some(slot(caller, Provider::Library(number), &name)?)
                }
                _ => None,
            }
        }
        None => match data(caller, &name, &[])? {
            Some(address) => Some(address),
            None => match provider(caller, &name, &[])? {
                Some(provider) => Some(slot(caller, provider, &name)?),
                None => None,
            },
        },
    };
    found
        .map(u32::cast_signed)
        .ok_or_else(|| Error::library("", &format!("no symbol is called `{name}`")))
}

fn read_file(files: &mut FileSystem, path: &str) -> Result<Vec<u8>, Error> {
    let failed = |errno: Errno| Error::library(path, &errno.to_string());
    let descriptor = files
        .open(AT_FDCWD, path.as_bytes(), O_RDONLY, 0)
        .map_err(failed)?;
    let mut bytes = Vec::new();
    let mut chunk = vec![0; 1 << 20];
    let read = loop {
        match files.read(descriptor, &mut chunk) {
            Ok(0) => break Ok(()),
            Ok(count) => bytes.extend_from_slice(chunk.get(..count).unwrap_or_default()),
            Err(errno) => break Err(errno),
        }
    };
    files.close(descriptor).map_err(failed)?;
    read.map(|()| bytes).map_err(failed)
}
