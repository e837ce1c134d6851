use miette::Diagnostic;
use thiserror::Error;

use crate::world::World;

/// A module that cannot become a component.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
pub enum ComponentizeError {
    /// The bytes are something else.
    #[error("not a core module of WebAssembly: {reason}")]
    #[diagnostic(
        code(flow::componentize::not_a_module),
        help("give a module as a compiler for `wasm32-wasip1` writes it")
    )]
    NotAModule {
        /// What is wrong with them.
        reason: String,
    },
    /// It does not export what the world needs.
    #[error("the module does not export `{export}`, which `{}` needs", world.name())]
    #[diagnostic(
        code(flow::componentize::missing_export),
        help("compile it as a reactor, with a compiler that exports functions by name")
    )]
    MissingExport {
        /// The first export that is missing.
        export: &'static str,
        /// The world.
        world: World,
    },
    /// It sets no memory aside for the adapter.
    #[error("the module has no arena for its host: {reason}")]
    #[diagnostic(
        code(flow::componentize::no_arena),
        help("build it with the SDK that this flow carries")
    )]
    NoArena {
        /// What is missing or wrong.
        reason: &'static str,
    },
    /// It does not fit the world: most often, it imports something unknown.
    #[error("the module is no `{}`: {reason}", world.name())]
    #[diagnostic(
        code(flow::componentize::encode),
        help("import only WASI preview 1 and the interfaces of `{}`", world.name())
    )]
    Encode {
        /// The world.
        world: World,
        /// The encoder's sentence.
        reason: String,
    },
}
