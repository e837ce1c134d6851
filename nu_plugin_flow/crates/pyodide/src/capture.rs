//! Taking a snapshot of an interpreter.

use std::path::Path;

use wasmtime::Val;

use crate::distribution::{VERSION, hexadecimal};
use crate::error::Error;
use crate::function::Function;
use crate::instance::Instance;
use crate::link::{Image, MUTABLE_GLOBAL};
use crate::snapshot::{Record, Snapshot, write};

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
        let tree = frozen
            .tree
            .to_bytes()
            .map_err(|error| Error::snapshot(error.to_string()))?;
        write(path, &record, [&tree, &image].into_iter().chain(&codes))
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
