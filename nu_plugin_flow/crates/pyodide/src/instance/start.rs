//! How an interpreter begins: from nothing, or from a snapshot.

use std::sync::Arc;
use std::time::{Duration, Instant};

use wasmtime::{Module, Ref, Store, UpdateDeadline, Val};

use super::interpreter::{Calls, Instance};
use super::options::Options;
use crate::bootstrap::MODULE;
use crate::calls;
use crate::error::Error;
use crate::files::{FileSystem, Settings, Tree};
use crate::function::Entries;
use crate::libraries::{Callback, Loaded, Provider};
use crate::link::TRAMPOLINE;
use crate::loading::{instantiate, set_callback};
use crate::modules::Modules;
use crate::snapshot::Snapshot;
use crate::state::{Guest, MemoryLimiter, State};

impl Instance {
    /// Makes the store and the main module's instance around the memory of
    /// `image`.
    async fn new(
        modules: &Arc<Modules<State>>,
        image: &Module,
        tree: Arc<Tree>,
        options: Options,
    ) -> Result<Self, Error> {
        let settings = Settings {
            limit: options.scratch,
            working_directory: options.directory.into_bytes(),
            ..Settings::default()
        };
        let files = FileSystem::new(tree, options.mounts, settings)
            .map_err(|error| Error::damaged(error.to_string()))?;
        let environment = options.environment.iter();
        let state = State {
            modules: modules.clone(),
            files,
            streams: options.streams,
            environment: environment
                .map(|(name, value)| format!("{name}={value}").into_bytes())
                .collect(),
            memory: MemoryLimiter {
                limit: options.memory,
                ..MemoryLimiter::default()
            },
            calls: options.host.map(calls::Calls::new),
            libraries: Default::default(),
            guest: None,
            started: Instant::now(),
        };
        let mut store = Store::new(&modules.engine, state);
        store.limiter(|state| &mut state.memory);
        // Where the engine has epochs, nothing else stops it by default.
        store.set_epoch_deadline(u64::MAX / 2);
        if let Some(interrupt) = options.interrupt {
            store.set_epoch_deadline(1);
            store.epoch_deadline_callback(move |_| {
                interrupt()?;
                Ok(UpdateDeadline::Continue(1))
            });
        }
        let image = wasmtime::Instance::new_async(&mut store, image, &[]).await?;
        let memory = image
            .get_memory(&mut store, "memory")
            .ok_or_else(|| Error::damaged("an image without memory"))?;
        let imports = modules.imports(&mut store, memory)?;
        let main = wasmtime::Instance::new_async(&mut store, &modules.main, &imports).await?;
        let table = main
            .get_table(&mut store, "__indirect_function_table")
            .ok_or_else(|| Error::damaged("no function table"))?;
        let guest = Guest {
            memory,
            table,
            main,
        };
        store.data_mut().guest = Some(guest);
        let calls = Calls {
            new_bytes: main.get_typed_func(&mut store, "PyBytes_FromStringAndSize")?,
            call: main.get_typed_func(&mut store, "PyObject_CallOneArg")?,
            release: main.get_typed_func(&mut store, "Py_DecRef")?,
            raised: main.get_typed_func(&mut store, "PyErr_GetRaisedException")?,
        };
        let mut instance = Self {
            store,
            guest,
            bytes_type: 0,
            entries: None,
            calls,
            refusals: Vec::new(),
        };
        instance.bytes_type = instance.address("PyBytes_Type")?;
        Ok(instance)
    }

    /// Starts Python from nothing.
    pub(crate) async fn boot(
        modules: &Arc<Modules<State>>,
        image: &Module,
        tree: Arc<Tree>,
        options: Options,
    ) -> Result<Self, Error> {
        let mut instance = Self::new(modules, image, tree, options).await?;
        instance.invoke::<(), ()>("__wasm_call_ctors", ()).await?;
        instance.set_trampoline()?;
        let name = instance.c_string("python").await?;
        let arguments = instance.invoke::<u32, u32>("malloc", 8).await?;
        instance.write_u32(arguments, name)?;
        instance.write_u32(arguments + 4, 0)?;
        let status = instance
            .invoke::<(u32, u32), i32>("__main_argc_argv", (1, arguments))
            .await?;
        if status != 0 {
            return Err(Error::Exit { status });
        }
        instance.run_simple(&format!("import {MODULE}")).await?;
        instance.entries = Some(Entries {
            describe: instance.function(MODULE, "describe").await?,
            resume: instance.function(MODULE, "resume").await?,
            execute: instance.function(MODULE, "execute").await?,
            freeze: instance.function(MODULE, "freeze").await?,
            frozen: instance.function(MODULE, "frozen").await?,
        });
        Ok(instance)
    }

    /// Starts Python from a snapshot.
    pub(crate) async fn start(
        modules: &Arc<Modules<State>>,
        snapshot: &Snapshot,
        options: Options,
    ) -> Result<Self, Error> {
        let record = &snapshot.record;
        let mut instance =
            Self::new(modules, &snapshot.image, snapshot.tree.clone(), options).await?;
        let Instance { store, guest, .. } = &mut instance;
        let begun = store.data().started;
        let before = Duration::from_nanos(record.clock);
        store.data_mut().started = begun.checked_sub(before).unwrap_or(begun);
        for reading in &record.open {
            let again = store.data_mut().files.open_again(reading);
            again.map_err(|errno| Error::snapshot(format!("{reading:?}: {errno}")))?;
        }
        for (name, value) in &record.globals {
            let global = guest.main.get_global(&mut *store, name);
            let global = global.ok_or_else(|| Error::snapshot(format!("no global `{name}`")))?;
            global.set(&mut *store, Val::I32(*value))?;
        }
        let size = guest.table.size(&*store);
        let more = u64::from(record.table).saturating_sub(size);
        guest
            .table
            .grow_async(&mut *store, more, Ref::Func(None))
            .await?;
        for (record, module) in record.libraries.iter().zip(&snapshot.libraries) {
            let library = instantiate(&mut *store, module, record).await?;
            store.data_mut().libraries.loaded.push(Loaded {
                record: record.clone(),
                instance: library,
                prepared: None,
            });
        }
        for callback in &record.callbacks {
            set_callback(&mut *store, callback)?;
        }
        store.data_mut().libraries.callbacks = record.callbacks.clone();
        instance.entries = Some(record.entries);
        let resume = record.entries.resume;
        instance.call(resume, b"").await?;
        Ok(instance)
    }

    /// CPython calls functions of unlike types through this one: see
    /// `link/trampoline.rs`.
    fn set_trampoline(&mut self) -> Result<(), Error> {
        let table = self.guest.table;
        let slot = table.grow(&mut self.store, 1, Ref::Func(None))?;
        let callback = Callback {
            slot: u32::try_from(slot)?,
            owner: Provider::Main,
            name: TRAMPOLINE.to_owned(),
        };
        set_callback(&mut self.store, &callback)?;
        let offset = self.address("_PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET")?;
        let offset = self.read_u32(offset)?;
        let runtime = self.address("_PyRuntime")?;
        self.write_u32(runtime.wrapping_add(offset), callback.slot)?;
        self.store.data_mut().libraries.callbacks.push(callback);
        Ok(())
    }
}
