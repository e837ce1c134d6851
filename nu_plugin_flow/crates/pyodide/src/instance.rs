//! One Python interpreter.

mod heap;
mod objects;

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use wasmtime::{AsContextMut, Module, Ref, Store, TypedFunc, UpdateDeadline, Val};

use crate::error::Error;
use crate::files::{FileSystem, Mounts, Refusal, Settings, Tree};
use crate::host::{self, Host};
use crate::libraries::{Callback, Loaded, Provider, instantiate, set_callback};
use crate::link::TRAMPOLINE;
use crate::pyodide::Shared;
use crate::snapshot::Snapshot;
use crate::state::{Guest, MemoryLimiter, State, Streams};

/// The Python that this crate adds: what an interpreter does at its start,
/// and how it tells of exceptions.
pub(crate) const BOOTSTRAP: &str = include_str!("python/_pyodide_wasmtime.py");
/// Where it is.
pub(crate) const BOOTSTRAP_PATH: &str = "/lib/python3.14/site-packages/_pyodide_wasmtime.py";
/// Under which name it is imported.
const MODULE: &str = "_pyodide_wasmtime";

/// Called at every tick of the engine's epoch while Python runs; an error
/// stops it.
pub type Interrupt = Arc<dyn Fn() -> wasmtime::Result<()> + Send + Sync>;

/// What an interpreter is given. By default it has nothing: no files but its
/// own, no variables, no input, and nobody hears it.
pub struct Options {
    /// Environment variables.
    pub environment: Vec<(String, String)>,
    /// Directories of the host. Interpreters with the same grants share them.
    pub mounts: Arc<Mounts>,
    /// Files that it has beside Python's own, by their absolute paths; only
    /// for [`crate::Pyodide::boot`].
    pub files: Vec<(String, Bytes)>,
    /// The directory in which it begins.
    pub directory: String,
    /// Its standard streams.
    pub streams: Streams,
    /// Bytes of linear memory. Python itself takes about 40 MiB.
    pub memory: u64,
    /// Bytes that its own files may take, beside those of Python.
    pub scratch: u64,
    /// What stops it.
    pub interrupt: Option<Interrupt>,
    /// What it can call, by `call_host` of the module `_pyodide_wasmtime`.
    pub host: Option<Box<dyn Host>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            environment: Vec::new(),
            mounts: Arc::default(),
            files: Vec::new(),
            directory: "/home/pyodide".into(),
            streams: Streams::default(),
            memory: 512 << 20,
            scratch: 64 << 20,
            interrupt: None,
            host: None,
        }
    }
}

/// A function of Python that was found once and can be called often. It
/// belongs to the interpreter that it was found in, and to those that start
/// from a snapshot of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function(u32);

/// The functions of [`MODULE`] that the host calls.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Entries {
    describe: Function,
    resume: Function,
    execute: Function,
    freeze: Function,
    frozen: Function,
}

/// One interpreter. It keeps its state between calls.
pub struct Instance {
    pub(crate) store: Store<State>,
    pub(crate) guest: Guest,
    pub(crate) entries: Option<Entries>,
    calls: Calls,
    /// The address of the type `bytes`.
    bytes_type: u32,
    /// What was refused before an exception was put into words, which itself
    /// looks for files.
    refusals: Vec<Refusal>,
}

/// Functions of the C API that every call needs.
struct Calls {
    new_bytes: TypedFunc<(u32, u32), u32>,
    call: TypedFunc<(u32, u32), u32>,
    release: TypedFunc<u32, ()>,
    raised: TypedFunc<(), u32>,
}

impl Instance {
    /// Makes the store and the main module's instance around the memory of
    /// `image`.
    async fn new(
        shared: &Arc<Shared>,
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
            shared: shared.clone(),
            files,
            streams: options.streams,
            environment: environment
                .map(|(name, value)| format!("{name}={value}").into_bytes())
                .collect(),
            memory: MemoryLimiter {
                limit: options.memory,
                ..MemoryLimiter::default()
            },
            calls: options.host.map(host::Calls::new),
            libraries: Default::default(),
            guest: None,
            started: Instant::now(),
        };
        let mut store = Store::new(&shared.engine, state);
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
        let imports = shared.imports(&mut store, memory)?;
        let main = wasmtime::Instance::new_async(&mut store, &shared.main, &imports).await?;
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
        shared: &Arc<Shared>,
        image: &Module,
        tree: Arc<Tree>,
        options: Options,
    ) -> Result<Self, Error> {
        let mut instance = Self::new(shared, image, tree, options).await?;
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
            describe: instance.find(MODULE, "describe").await?,
            resume: instance.find(MODULE, "resume").await?,
            execute: instance.find(MODULE, "execute").await?,
            freeze: instance.find(MODULE, "freeze").await?,
            frozen: instance.find(MODULE, "frozen").await?,
        });
        Ok(instance)
    }

    /// Starts Python from a snapshot.
    pub(crate) async fn start(
        shared: &Arc<Shared>,
        snapshot: &Snapshot,
        options: Options,
    ) -> Result<Self, Error> {
        let record = &snapshot.record;
        let mut instance =
            Self::new(shared, &snapshot.image, snapshot.tree.clone(), options).await?;
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

    /// Calls a function of Python, which takes `bytes` and returns `bytes`.
    ///
    /// # Errors
    /// [`Error::Exception`] where it raises one: the interpreter can be used
    /// further. After [`Error::Wasm`] and [`Error::Exit`] it cannot.
    pub async fn call(&mut self, function: Function, input: &[u8]) -> Result<Vec<u8>, Error> {
        let argument = self.bytes(input).await?;
        let result = self
            .calls
            .call
            .call_async(&mut self.store, (function.0, argument))
            .await?;
        self.release(argument).await?;
        if result == 0 {
            return Err(self.exception().await?);
        }
        let output = self.content(result).map(<[u8]>::to_vec);
        self.release(result).await?;
        output
    }

    /// Runs statements in the module `__main__`.
    pub async fn execute(&mut self, code: &str) -> Result<(), Error> {
        let entries = self.entries.ok_or_else(|| Error::damaged("not begun"))?;
        self.call(entries.execute, code.as_bytes()).await?;
        Ok(())
    }

    /// Imports `module` and finds a function in it.
    pub async fn function(&mut self, module: &str, name: &str) -> Result<Function, Error> {
        self.find(module, name).await
    }

    /// The most bytes of linear memory that it has had.
    #[must_use]
    pub fn peak_memory(&self) -> u64 {
        self.store.data().memory.peak
    }

    /// Bytes of linear memory that it asked for last and did not get.
    pub fn take_refused_memory(&mut self) -> Option<u64> {
        self.store.data_mut().memory.refused.take()
    }

    /// What it wanted to open and was not granted, since the last call.
    pub fn take_refusals(&mut self) -> Vec<Refusal> {
        let mut refusals = std::mem::take(&mut self.refusals);
        refusals.extend(self.store.data_mut().files.take_refusals());
        refusals
    }

    /// The streams of later calls.
    pub fn set_streams(&mut self, streams: Streams) {
        self.store.data_mut().streams = streams;
    }

    /// The store, for fuel and epochs.
    pub fn store(&mut self) -> impl AsContextMut + '_ {
        &mut self.store
    }

    /// Gets it ready for a snapshot, in which as little as can be is written
    /// when an interpreter starts from it and runs: each page that is written is
    /// a fault and a copy.
    pub(crate) async fn freeze(&mut self) -> Result<(), Error> {
        let entries = self.entries.ok_or_else(|| Error::damaged("not begun"))?;
        let lasting = self.call(entries.freeze, b"").await?;
        let immortal = self
            .guest
            .main
            .get_typed_func::<u32, ()>(&mut self.store, "_Py_SetImmortal")?;
        // Nobody counts references to immortal objects.
        for address in lasting.as_chunks().0 {
            let address = u32::from_le_bytes(*address);
            immortal.call_async(&mut self.store, address).await?;
        }
        self.call(entries.frozen, b"").await?;
        self.fill_heap().await
    }

    async fn find(&mut self, module: &str, name: &str) -> Result<Function, Error> {
        let text = self.c_string(module).await?;
        let found = self
            .invoke::<u32, u32>("PyImport_ImportModule", text)
            .await?;
        self.invoke::<u32, ()>("free", text).await?;
        if found == 0 {
            return Err(self.exception().await?);
        }
        let text = self.c_string(name).await?;
        let function = self
            .invoke::<(u32, u32), u32>("PyObject_GetAttrString", (found, text))
            .await?;
        self.invoke::<u32, ()>("free", text).await?;
        self.release(found).await?;
        if function == 0 {
            return Err(self.exception().await?);
        }
        Ok(Function(function))
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
