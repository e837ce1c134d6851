//! Imports and exports.

use wasmtime::component::Type;

/// One import or export.
#[derive(Debug, Clone)]
pub struct Item {
    /// The interface or, of a core module, the module that it is in; `None` at
    /// the top level.
    pub interface: Option<String>,
    /// Its name in that interface.
    pub name: String,
    /// What it is.
    pub signature: Signature,
}

/// The type of an import or export.
#[derive(Debug, Clone)]
pub enum Signature {
    /// A function of component values.
    Function {
        /// Its parameters, in order.
        parameters: Vec<(String, Type)>,
        /// Its result.
        result: Option<Type>,
    },
    /// Anything else as text: `(i32, i32) -> i32` for a function of a core
    /// module, `resource`, `memory`, `global i32` and so on.
    Text(String),
}
