//! What an interpreter is asked to do once it has begun.

use wasmtime::AsContextMut;

use super::interpreter::Instance;
use crate::error::Error;
use crate::files::Refusal;
use crate::function::{Entries, Function};
use crate::state::Streams;

impl Instance {
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
        let execute = self.entries()?.execute;
        self.call(execute, code.as_bytes()).await?;
        Ok(())
    }

    /// Imports `module` and finds a function in it.
    pub async fn function(&mut self, module: &str, name: &str) -> Result<Function, Error> {
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

    pub(super) fn entries(&self) -> Result<Entries, Error> {
        self.entries.ok_or_else(|| Error::damaged("not begun"))
    }
}
