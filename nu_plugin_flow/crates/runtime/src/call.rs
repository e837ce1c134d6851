//! Typed components: any exported function, called with values of its types.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{ComponentExportIndex, Instance, Type, Val};

use crate::component::{ComponentInstance, LinkedComponent};
use crate::error::{LoadError, RunError};
use crate::grants::Grants;
use crate::peers::Directory;
use crate::program::Program;

/// One exported function.
#[derive(Clone)]
pub struct Function {
    /// The interface it is in, with its version; `None` at the top level.
    pub interface: Option<String>,
    /// Its name in that interface.
    pub name: String,
    /// Its parameters, in order.
    pub parameters: Vec<(String, Type)>,
    /// Its result.
    pub result: Option<Type>,
    index: ComponentExportIndex,
}

/// A typed component with its grants, from which instances are spawned.
#[derive(Clone)]
pub struct TypedComponent {
    linked: LinkedComponent,
    functions: Vec<Function>,
}

/// One live instance of a typed component.
pub struct TypedInstance {
    component: ComponentInstance,
    instance: Instance,
}

impl Function {
    /// `interface#name`, or the name alone.
    #[must_use]
    pub fn full_name(&self) -> String {
        match &self.interface {
            Some(interface) => format!("{interface}#{}", self.name),
            None => self.name.clone(),
        }
    }

    /// Whether `text` names it: the whole name, the name alone, or with any
    /// trailing part of the interface, with or without its version.
    fn is_called(&self, text: &str) -> bool {
        if text == self.name || text == self.full_name() {
            return true;
        }
        let Some((asked, name)) = text.rsplit_once('#') else {
            return false;
        };
        let Some(interface) = &self.interface else {
            return false;
        };
        let plain = interface.split('@').next().unwrap_or(interface);
        let short = plain.rsplit('/').next().unwrap_or(plain);
        name == self.name && [plain, short].contains(&asked)
    }
}

/// The functions that a component exports, in the order of their names in it.
pub fn functions(program: &Program) -> Result<Vec<Function>, LoadError> {
    let component = program.component()?;
    let engine = &program.set.engine;
    let mut found = Vec::new();
    for (name, export) in component.component_type().exports(engine) {
        match &export.ty {
            ComponentItem::ComponentFunc(_) => {
                let index = component.get_export_index(None, name);
                found.extend(function(None, name, &export.ty, index));
            }
            ComponentItem::ComponentInstance(interface) => {
                let Some(outer) = component.get_export_index(None, name) else {
                    continue;
                };
                for (inner, item) in interface.exports(engine) {
                    let index = component.get_export_index(Some(&outer), inner);
                    found.extend(function(Some(name), inner, &item.ty, index));
                }
            }
            _ => {}
        }
    }
    Ok(found)
}

fn function(
    interface: Option<&str>,
    name: &str,
    item: &ComponentItem,
    index: Option<ComponentExportIndex>,
) -> Option<Function> {
    let ComponentItem::ComponentFunc(signature) = item else {
        return None;
    };
    Some(Function {
        interface: interface.map(Into::into),
        name: name.into(),
        parameters: signature
            .params()
            .map(|(name, ty)| (name.to_owned(), ty))
            .collect(),
        result: signature.results().next(),
        index: index?,
    })
}

impl TypedComponent {
    /// Links `program`, which has to be a component.
    pub fn new(program: Arc<Program>, grants: Grants) -> Result<Self, LoadError> {
        let functions = functions(&program)?;
        let linked = LinkedComponent::new(program, grants)?;
        Ok(Self { linked, functions })
    }

    /// The functions it exports.
    #[must_use]
    pub fn functions(&self) -> &[Function] {
        &self.functions
    }

    /// The function of that name: the name alone where only one has it, else
    /// `interface#name`.
    pub fn function(&self, name: &str) -> Result<&Function, LoadError> {
        let named: Vec<_> = self
            .functions
            .iter()
            .filter(|function| function.is_called(name))
            .collect();
        match named.as_slice() {
            [function] => Ok(function),
            [] => Err(LoadError::NoFunction {
                name: name.into(),
                exports: self.functions.iter().map(Function::full_name).collect(),
            }),
            several => Err(LoadError::Export {
                reason: format!(
                    "`{name}` is the name of several exports: {}",
                    several
                        .iter()
                        .map(|function| format!("`{}`", function.full_name()))
                        .collect::<Vec<_>>()
                        .join(", ")
                ),
            }),
        }
    }

    /// Makes a fresh instance, which may call the agents in `directory` that it was granted.
    pub fn spawn(
        &self,
        directory: &Directory,
        cancel: &CancellationToken,
    ) -> Result<TypedInstance, RunError> {
        let (component, instance) = self.linked.spawn_here(directory, cancel)?;
        Ok(TypedInstance {
            component,
            instance,
        })
    }
}

impl TypedInstance {
    /// Calls `function` with `arguments`, one for each parameter.
    pub fn call(
        &mut self,
        function: &Function,
        arguments: &[Val],
    ) -> Result<Option<Val>, RunError> {
        let callee = self
            .instance
            .get_func(&mut self.component.store, function.index)
            .ok_or_else(|| RunError::Mismatch {
                reason: format!("`{}` is not in this component", function.full_name()),
            })?;
        let result = || vec![Val::Bool(false); usize::from(function.result.is_some())];
        let called = self.component.run_here(
            |store| {
                let mut results = result();
                callee.call(store, arguments, &mut results)?;
                Ok(results)
            },
            async |store| {
                let mut results = result();
                callee.call_async(store, arguments, &mut results).await?;
                Ok(results)
            },
        );
        let mut results = called.inspect_err(|_| self.component.record().discard())?;
        self.component.record().commit()?;
        Ok(results.pop())
    }

    /// Whether it can take another call: false after a crash.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.component.is_alive()
    }

    /// The most bytes of linear memory it has used.
    #[must_use]
    pub fn peak_memory(&self) -> u64 {
        self.component.peak_memory()
    }

    /// Units of fuel that the last call used; `None` where fuel is not counted.
    #[must_use]
    pub fn fuel_used(&self) -> Option<u64> {
        self.component.fuel_used()
    }
}
