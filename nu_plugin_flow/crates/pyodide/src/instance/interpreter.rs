//! One Python interpreter, as the C API has it: objects, strings and numbers in
//! its memory.

use wasmtime::{Extern, Store, TypedFunc, Val, WasmParams, WasmResults};

use crate::error::{Error, Exception};
use crate::files::Refusal;
use crate::function::Entries;
use crate::state::{Guest, State};

/// Offsets in a `bytes` object of CPython on 32 bits.
const TYPE: u32 = 4;
const BYTES_LENGTH: u32 = 8;
const BYTES_CONTENT: u32 = 16;

/// One interpreter. It keeps its state between calls.
pub struct Instance {
    pub(crate) store: Store<State>,
    pub(crate) guest: Guest,
    pub(crate) entries: Option<Entries>,
    pub(super) calls: Calls,
    /// The address of the type `bytes`.
    pub(super) bytes_type: u32,
    /// What was refused before an exception was put into words, which itself
    /// looks for files.
    pub(super) refusals: Vec<Refusal>,
}

/// Functions of the C API that every call needs.
pub(super) struct Calls {
    pub new_bytes: TypedFunc<(u32, u32), u32>,
    pub call: TypedFunc<(u32, u32), u32>,
    pub release: TypedFunc<u32, ()>,
    pub raised: TypedFunc<(), u32>,
}

impl Instance {
    /// The exception that was raised, in words.
    pub(super) async fn exception(&mut self) -> Result<Error, Error> {
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
    pub(super) async fn bytes(&mut self, content: &[u8]) -> Result<u32, Error> {
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
    ///
    /// # Errors
    /// Where it is an object of another type.
    pub(super) fn content(&self, object: u32) -> Result<&[u8], Error> {
        if self.read_u32(object.wrapping_add(TYPE))? != self.bytes_type {
            return Err(Error::NotBytes);
        }
        let length = self.read_u32(object.wrapping_add(BYTES_LENGTH))? as usize;
        let start = object.wrapping_add(BYTES_CONTENT) as usize;
        let memory = self.guest.memory.data(&self.store);
        memory
            .get(start..start.saturating_add(length))
            .ok_or_else(|| Error::damaged("a bytes object outside of memory"))
    }

    pub(super) async fn release(&mut self, object: u32) -> Result<(), Error> {
        self.calls
            .release
            .call_async(&mut self.store, object)
            .await?;
        Ok(())
    }

    pub(super) async fn run_simple(&mut self, code: &str) -> Result<(), Error> {
        let text = self.c_string(code).await?;
        let status = self.invoke::<u32, i32>("PyRun_SimpleString", text).await?;
        self.invoke::<u32, ()>("free", text).await?;
        if status == 0 {
            Ok(())
        } else {
            Err(Error::damaged("python's own start failed"))
        }
    }

    pub(super) async fn c_string(&mut self, text: &str) -> Result<u32, Error> {
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
    pub(super) fn address(&mut self, name: &str) -> Result<u32, Error> {
        let export = self.guest.main.get_export(&mut self.store, name);
        match export
            .and_then(Extern::into_global)
            .map(|global| global.get(&mut self.store))
        {
            Some(Val::I32(address)) => Ok(address.cast_unsigned()),
            _ => Err(Error::damaged(format!("no address of `{name}`"))),
        }
    }

    pub(super) fn read_u32(&self, address: u32) -> Result<u32, Error> {
        let mut bytes = [0; 4];
        self.guest
            .memory
            .read(&self.store, address as usize, &mut bytes)
            .map_err(|_| Error::damaged("an address outside of memory"))?;
        Ok(u32::from_le_bytes(bytes))
    }

    pub(super) fn write_u32(&mut self, address: u32, value: u32) -> Result<(), Error> {
        self.guest
            .memory
            .write(&mut self.store, address as usize, &value.to_le_bytes())
            .map_err(|_| Error::damaged("an address outside of memory"))
    }
}
