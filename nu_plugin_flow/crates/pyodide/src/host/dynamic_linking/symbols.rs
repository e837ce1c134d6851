//! Who has which symbol, and where it is.

use std::sync::Arc;

use wasmtime::{Caller, ExternType, Ref};

use super::content::read_file;
use crate::error::Error;
use crate::host::guest::view;
use crate::libraries::{Callback, LibraryRecord, Prepared, Provider};
use crate::link::Global;
use crate::loading::{guest, set_callback};
use crate::state::State;

pub(super) async fn look_up(
    caller: &mut Caller<'_, State>,
    handle: i32,
    symbol: i32,
) -> Result<i32, Error> {
    let name = {
        let (memory, _) = view(caller)?;
        String::from_utf8_lossy(memory.string(symbol)?).into_owned()
    };
    let number = caller.data().libraries.of_handle(handle.cast_unsigned());
    let found = match number {
        Some(number) => match address(caller, number, &name)? {
            Some(address) => Some(address),
            None if has_function(caller, number, &name)? => {
                Some(slot(caller, Provider::Library(number), &name)?)
            }
            None => None,
        },
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

/// The values of the globals that a library imports.
pub(super) fn values(
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
pub(super) fn providers(
    caller: &mut Caller<'_, State>,
    prepared: &Prepared,
    path: &str,
    needed: &[usize],
) -> Result<Vec<Provider>, Error> {
    let modules = caller.data().modules.clone();
    let mut providers = Vec::new();
    for import in prepared.module.imports() {
        if !matches!(import.ty(), ExternType::Func(_)) {
            continue;
        }
        let name = import.name();
        let provider = match provider(caller, name, needed)? {
            Some(provider) => provider,
            None if modules
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
    let modules = caller.data().modules.clone();
    if let Some(address) = modules.symbols()?.data.get(name) {
        return Ok(Some(*address));
    }
    for number in visible(caller, needed) {
        if let Some(address) = address(caller, number, name)? {
            return Ok(Some(address));
        }
    }
    Ok(None)
}

/// The address of data in the library of that number.
fn address(
    caller: &mut Caller<'_, State>,
    number: usize,
    name: &str,
) -> Result<Option<u32>, Error> {
    let prepared = prepared(caller, number)?;
    let offset = prepared.library.symbols.data.get(name);
    let record = caller.data().libraries.record(number);
    Ok(offset
        .zip(record)
        .map(|(offset, record)| record.memory_base.wrapping_add(*offset)))
}

/// Whether the library of that number has a function of its own.
fn has_function(caller: &mut Caller<'_, State>, number: usize, name: &str) -> Result<bool, Error> {
    let prepared = prepared(caller, number)?;
    Ok(prepared.library.symbols.functions.contains_key(name))
}

fn provider(
    caller: &mut Caller<'_, State>,
    name: &str,
    needed: &[usize],
) -> Result<Option<Provider>, Error> {
    let modules = caller.data().modules.clone();
    if modules.symbols()?.functions.contains_key(name) {
        return Ok(Some(Provider::Main));
    }
    for number in visible(caller, needed) {
        if has_function(caller, number, name)? {
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
            let record = caller.data().libraries.record(number);
            (
                prepared
                    .library
                    .symbols
                    .functions
                    .get(name)
                    .copied()
                    .flatten(),
                record.map(|record| record.table_base).unwrap_or_default(),
            )
        }
        _ => {
            let modules = caller.data().modules.clone();
            (modules.symbols()?.functions.get(name).copied().flatten(), 0)
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
    let prepared = state.modules.library(&bytes)?;
    library.prepared = Some(prepared.clone());
    Ok(prepared)
}
