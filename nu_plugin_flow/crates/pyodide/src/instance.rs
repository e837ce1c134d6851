//! One Python interpreter.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use wasmtime::{
    AsContextMut, Extern, Module, Ref, Store, TypedFunc, UpdateDeadline, Val, WasmParams,
    WasmResults,
};

use crate::error::{Error, Exception};
use crate::files::{FileSystem, Mounts, Refusal, Settings, Tree};
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
/// Offsets in a `bytes` object of CPython on 32 bits.
const BYTES_LENGTH: u32 = 8;
const BYTES_CONTENT: u32 = 16;

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
    /// Bytes of linear memory. Python itself takes about 30 MiB.
    pub memory: u64,
    /// Bytes that its own files may take, beside those of Python.
    pub scratch: u64,
    /// What stops it.
    pub interrupt: Option<Interrupt>,
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
}

/// One interpreter. It keeps its state between calls.
pub struct Instance {
    pub(crate) store: Store<State>,
    pub(crate) guest: Guest,
    pub(crate) entries: Option<Entries>,
    calls: Calls,
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
        let mut linker = shared.linker.clone();
        linker.define(&mut store, "env", "memory", memory)?;
        let main = linker.instantiate_async(&mut store, &shared.main).await?;
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
        Ok(Self {
            store,
            guest,
            entries: None,
            calls,
            refusals: Vec::new(),
        })
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
        let output = self.content(result)?.to_vec();
        self.release(result).await?;
        Ok(output)
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

    pub(crate) fn freeze_entry(&self) -> Option<Function> {
        self.entries.map(|entries| entries.freeze)
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

    /// The exception that was raised, in words.
    async fn exception(&mut self) -> Result<Error, Error> {
        let raised = self.calls.raised.call_async(&mut self.store, ()).await?;
        let Some(entries) = self.entries.filter(|_| raised != 0) else {
            return Ok(Error::damaged("an exception while python starts"));
        };
        self.refusals = self.store.data_mut().files.take_refusals();
        let told = self
            .calls
            .call
            .call_async(&mut self.store, (entries.describe.0, raised))
            .await?;
        self.store.data_mut().files.take_refusals();
        let exception = if told == 0 {
            // Out of memory once more: forget the second exception.
            let second = self.calls.raised.call_async(&mut self.store, ()).await?;
            self.release(second).await?;
            Exception {
                class: "MemoryError".into(),
                message: String::new(),
                traceback: "MemoryError\n".into(),
            }
        } else {
            let text = String::from_utf8_lossy(self.content(told)?).into_owned();
            self.release(told).await?;
            let mut parts = text.splitn(3, '\0').map(str::to_owned);
            let mut next = || parts.next().unwrap_or_default();
            Exception {
                class: next(),
                message: next(),
                traceback: next(),
            }
        };
        self.release(raised).await?;
        Ok(Error::Exception(Box::new(exception)))
    }

    /// A `bytes` object with this content.
    async fn bytes(&mut self, content: &[u8]) -> Result<u32, Error> {
        let length = u32::try_from(content.len())?;
        let object = self
            .calls
            .new_bytes
            .call_async(&mut self.store, (0, length))
            .await?;
        if object == 0 {
            return Err(self.exception().await?);
        }
        let start = object.wrapping_add(BYTES_CONTENT) as usize;
        self.guest
            .memory
            .write(&mut self.store, start, content)
            .map_err(|_| Error::damaged("a bytes object outside of memory"))?;
        Ok(object)
    }

    /// The content of a `bytes` object.
    fn content(&self, object: u32) -> Result<&[u8], Error> {
        let length = self.read_u32(object.wrapping_add(BYTES_LENGTH))? as usize;
        let start = object.wrapping_add(BYTES_CONTENT) as usize;
        let memory = self.guest.memory.data(&self.store);
        memory
            .get(start..start.saturating_add(length))
            .ok_or_else(|| Error::damaged("a bytes object outside of memory"))
    }

    async fn release(&mut self, object: u32) -> Result<(), Error> {
        self.calls
            .release
            .call_async(&mut self.store, object)
            .await?;
        Ok(())
    }

    async fn run_simple(&mut self, code: &str) -> Result<(), Error> {
        let text = self.c_string(code).await?;
        let status = self.invoke::<u32, i32>("PyRun_SimpleString", text).await?;
        self.invoke::<u32, ()>("free", text).await?;
        if status == 0 {
            Ok(())
        } else {
            Err(Error::damaged("python's own start failed"))
        }
    }

    async fn c_string(&mut self, text: &str) -> Result<u32, Error> {
        let size = u32::try_from(text.len() + 1)?;
        let address = self.invoke::<u32, u32>("malloc", size).await?;
        if address == 0 {
            return Err(Error::damaged("not enough memory"));
        }
        let mut bytes = text.as_bytes().to_vec();
        bytes.push(0);
        self.guest
            .memory
            .write(&mut self.store, address as usize, &bytes)
            .map_err(|_| Error::damaged("an address outside of memory"))?;
        Ok(address)
    }

    pub(crate) async fn invoke<P: WasmParams + Sync, R: WasmResults + Sync>(
        &mut self,
        name: &str,
        parameters: P,
    ) -> Result<R, Error> {
        let function: TypedFunc<P, R> = self.guest.main.get_typed_func(&mut self.store, name)?;
        Ok(function.call_async(&mut self.store, parameters).await?)
    }

    /// The address that an exported constant holds.
    fn address(&mut self, name: &str) -> Result<u32, Error> {
        let export = self.guest.main.get_export(&mut self.store, name);
        match export
            .and_then(Extern::into_global)
            .map(|global| global.get(&mut self.store))
        {
            Some(Val::I32(address)) => Ok(address.cast_unsigned()),
            _ => Err(Error::damaged(format!("no address of `{name}`"))),
        }
    }

    fn read_u32(&self, address: u32) -> Result<u32, Error> {
        let mut bytes = [0; 4];
        self.guest
            .memory
            .read(&self.store, address as usize, &mut bytes)
            .map_err(|_| Error::damaged("an address outside of memory"))?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn write_u32(&mut self, address: u32, value: u32) -> Result<(), Error> {
        self.guest
            .memory
            .write(&mut self.store, address as usize, &value.to_le_bytes())
            .map_err(|_| Error::damaged("an address outside of memory"))
    }
}
