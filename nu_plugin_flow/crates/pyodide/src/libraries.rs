//! Libraries that one interpreter has loaded, and how they find each other.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use wasmtime::{
    AsContext, AsContextMut, Extern, Func, Global, GlobalType, Instance, Module, Mutability, Ref,
    Val, ValType,
};

use crate::error::Error;
use crate::link::Library;
use crate::state::{Guest, State};

/// A library as it is compiled, ready to be loaded into any interpreter.
pub(crate) struct Prepared {
    pub library: Library,
    pub module: Module,
    /// Names its code; made of its bytes.
    pub digest: String,
}

/// The libraries of one interpreter, in the order in which they were loaded.
#[derive(Default)]
pub(crate) struct Libraries {
    pub loaded: Vec<Loaded>,
    pub callbacks: Vec<Callback>,
    /// Why the last one could not be loaded.
    pub failure: Option<String>,
}

/// One library in one interpreter.
pub(crate) struct Loaded {
    pub record: LibraryRecord,
    pub instance: Instance,
    /// Known where it was loaded, but not where it came with a snapshot.
    pub prepared: Option<Arc<Prepared>>,
}

/// What it takes to put a library back into an interpreter whose memory
/// remembers it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LibraryRecord {
    /// Where it was found by the guest.
    pub path: String,
    /// The digest of its bytes.
    pub digest: String,
    /// The handles of `dlopen`.
    pub handles: Vec<u32>,
    /// Where its data are.
    pub memory_base: u32,
    /// Where its elements of the function table are.
    pub table_base: u32,
    /// Whether other libraries see its symbols.
    pub global: bool,
    /// The values of its imported globals, in their order; the stack pointer
    /// counts as zero.
    pub values: Vec<u32>,
    /// Who provides its imported functions, in their order.
    pub providers: Vec<Provider>,
}

/// Who has a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Provider {
    /// The host.
    Host,
    /// The main module.
    Main,
    /// The library of that number.
    Library(usize),
    /// Nobody: calling it is an error.
    Nobody,
}

/// An element of the function table that a module did not fill by itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Callback {
    /// The element.
    pub slot: u32,
    /// Whose function it is: [`Provider::Main`] or a library.
    pub owner: Provider,
    /// Under which name it is exported.
    pub name: String,
}

impl Libraries {
    /// The library that a handle of `dlopen` stands for.
    pub(crate) fn of_handle(&self, handle: u32) -> Option<usize> {
        self.loaded
            .iter()
            .position(|library| library.record.handles.contains(&handle))
    }

    /// The library that was loaded from `path`.
    pub(crate) fn of_path(&self, path: &str) -> Option<usize> {
        self.loaded
            .iter()
            .position(|library| library.record.path == path)
    }

    /// The instance of whoever provides something.
    pub(crate) fn instance(&self, provider: Provider, guest: &Guest) -> Option<Instance> {
        match provider {
            Provider::Main => Some(guest.main),
            Provider::Library(number) => self.loaded.get(number).map(|library| library.instance),
            Provider::Host | Provider::Nobody => None,
        }
    }
}

/// Instantiates a library as its record says. Its data are in memory already,
/// or are written afterwards.
pub(crate) async fn instantiate(
    mut store: impl AsContextMut<Data = State>,
    module: &Module,
    record: &LibraryRecord,
) -> Result<Instance, Error> {
    let mut values = record.values.iter();
    let mut providers = record.providers.iter();
    let mut externs = Vec::with_capacity(module.imports().len());
    for import in module.imports() {
        let name = import.name();
        externs.push(match import.ty() {
            wasmtime::ExternType::Global(ty) if name == "__stack_pointer" => {
                let _ = ty;
                main_export(&mut store, name)?
            }
            wasmtime::ExternType::Global(ty) => {
                let value = values.next().copied().unwrap_or_default();
                global(&mut store, &ty, value)?.into()
            }
            wasmtime::ExternType::Func(ty) => {
                let provider = providers.next().copied().unwrap_or(Provider::Nobody);
                function(&mut store, provider, import.module(), name, ty)?.into()
            }
            _ => main_export(&mut store, name)?,
        });
    }
    Ok(Instance::new_async(&mut store, module, &externs).await?)
}

/// Puts `function` of `owner` into an element of the table.
pub(crate) fn set_callback(
    mut store: impl AsContextMut<Data = State>,
    callback: &Callback,
) -> Result<(), Error> {
    let guest = guest(&store)?;
    let instance = store
        .as_context()
        .data()
        .libraries
        .instance(callback.owner, &guest);
    let function = instance.and_then(|instance| instance.get_func(&mut store, &callback.name));
    let function =
        function.ok_or_else(|| Error::damaged(format!("no function `{}`", callback.name)))?;
    guest.table.set(
        &mut store,
        u64::from(callback.slot),
        Ref::Func(Some(function)),
    )?;
    Ok(())
}

pub(crate) fn guest(store: &impl AsContext<Data = State>) -> Result<Guest, Error> {
    let guest = store.as_context().data().guest;
    guest.ok_or_else(|| Error::damaged("the interpreter has not begun"))
}

fn main_export(store: &mut impl AsContextMut<Data = State>, name: &str) -> Result<Extern, Error> {
    let main = guest(store)?.main;
    main.get_export(&mut *store, name)
        .ok_or_else(|| Error::damaged(format!("the main module does not export `{name}`")))
}

fn global(
    store: &mut impl AsContextMut<Data = State>,
    ty: &GlobalType,
    value: u32,
) -> Result<Global, Error> {
    let ty = GlobalType::new(
        ValType::I32,
        if ty.mutability() == Mutability::Var {
            Mutability::Var
        } else {
            Mutability::Const
        },
    );
    Ok(Global::new(store, ty, Val::I32(value.cast_signed()))?)
}

fn function(
    store: &mut impl AsContextMut<Data = State>,
    provider: Provider,
    module: &str,
    name: &str,
    ty: wasmtime::FuncType,
) -> Result<Func, Error> {
    let found = match provider {
        Provider::Host => {
            let linker = store.as_context().data().shared.clone();
            linker
                .linker
                .get(&mut *store, module, name)
                .ok()
                .and_then(Extern::into_func)
        }
        Provider::Main | Provider::Library(_) => {
            let guest = guest(store)?;
            let libraries = &store.as_context().data().libraries;
            let instance = libraries.instance(provider, &guest);
            instance.and_then(|instance| instance.get_func(&mut *store, name))
        }
        Provider::Nobody => {
            let message = format!("a library calls `{name}`, which is not there");
            Some(Func::new(&mut *store, ty, move |_, _, _| {
                Err(wasmtime::Error::msg(message.clone()))
            }))
        }
    };
    found.ok_or_else(|| Error::damaged(format!("nobody has the function `{name}` any more")))
}
