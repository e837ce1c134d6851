//! Libraries in a store: how they are instantiated and their functions put into
//! the table.

use wasmtime::{
    AsContext, AsContextMut, Extern, ExternType, Func, FuncType, Global, GlobalType, Instance,
    Module, Mutability, Ref, Val, ValType,
};

use crate::error::Error;
use crate::libraries::{Callback, LibraryRecord, Provider};
use crate::state::{Guest, State};

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
            ExternType::Global(ty) if name != "__stack_pointer" => {
                let value = values.next().copied().unwrap_or_default();
                global(&mut store, &ty, value)?.into()
            }
            ExternType::Func(ty) => {
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
        .instance(callback.owner, guest.main);
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

/// The main module of a store whose interpreter has begun.
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
    ty: FuncType,
) -> Result<Func, Error> {
    let found = match provider {
        Provider::Host => {
            let modules = store.as_context().data().modules.clone();
            modules
                .linker
                .get(&mut *store, module, name)
                .ok()
                .and_then(Extern::into_func)
        }
        Provider::Main | Provider::Library(_) => {
            let main = guest(store)?.main;
            let libraries = &store.as_context().data().libraries;
            let instance = libraries.instance(provider, main);
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
