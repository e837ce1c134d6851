//! The one interpreter of an instance: QuickJS with the modules and globals of its own.

use std::{
    cell::{Cell, OnceCell, RefCell},
    rc::Rc,
};

use javy::{Config, Runtime};
use rquickjs::{Ctx, Function, Object, Persistent, Promise, Value};

use crate::{
    classes::Classes,
    host,
    modules::{Files, Modules},
    natives,
    program::Program,
};

/// Bytes of the stack that JavaScript may use: so much less than the module has
/// that QuickJS notices before the host does. What QuickJS does in itself takes up to
/// 2.2 bytes of the host's stack for each of these (measured on x86-64, `stack.h`).
const STACK: usize = 736 * 1024;

/// Bytes that are allocated before the first search for cycles. What is in the
/// snapshot would all be copied by it, and most agents are done before.
const GARBAGE_THRESHOLD: usize = 8 << 20;

pub(crate) struct Interpreter {
    runtime: Runtime,
    /// What the parts in JavaScript offer to those in Rust.
    internal: Persistent<Object<'static>>,
    /// Tells objects of the language and the SDK apart.
    pub(crate) classes: Classes,
    /// The files of the program.
    pub(crate) files: Files,
    pub(crate) program: RefCell<Option<Program>>,
    /// Whether what the host said before a snapshot is still remembered.
    frozen: Cell<bool>,
    /// Promises that failed and that nobody waits for, with what they failed with.
    pub(crate) rejected: Rejected,
}

/// Promises that were rejected before anybody waited for them.
#[derive(Default, Clone)]
pub(crate) struct Rejected(Rc<RefCell<Vec<(Kept, Kept)>>>);

/// A value that outlives a piece of work.
type Kept = Persistent<Value<'static>>;

thread_local! {
    static INTERPRETER: OnceCell<&'static Interpreter> = const { OnceCell::new() };
}

impl Interpreter {
    /// The interpreter, which is made where there is none yet.
    pub(crate) fn get() -> &'static Interpreter {
        INTERPRETER.with(|cell| *cell.get_or_init(|| Box::leak(Box::new(Interpreter::new()))))
    }

    fn new() -> Interpreter {
        let mut config = Config::default();
        config
            .text_encoding(false)
            .javy_stream_io(true)
            .weak_ref(true)
            .max_stack_size(STACK)
            .gc_threshold(GARBAGE_THRESHOLD);
        let made = Runtime::new(config).and_then(|runtime| {
            let files = Files::default();
            let rejected = Rejected::default();
            let quickjs = runtime.context().runtime();
            quickjs.set_loader(Modules::new(files.clone()), Modules::new(files.clone()));
            let seen = rejected.clone();
            quickjs.set_host_promise_rejection_tracker(Some(Box::new(
                move |ctx, promise, reason, is_handled| {
                    seen.track(&ctx, promise, reason, is_handled);
                },
            )));
            let (internal, classes) = runtime
                .context()
                .with(|ctx| {
                    let internal = natives::install(&ctx)?;
                    let classes = Classes::of(&internal)?;
                    Ok((Persistent::save(&ctx, internal), classes))
                })
                .map_err(|error| {
                    runtime
                        .context()
                        .with(|ctx| javy::from_js_error(ctx, error))
                })?;
            Ok(Interpreter {
                runtime,
                internal,
                classes,
                files,
                program: RefCell::new(None),
                frozen: Cell::new(false),
                rejected,
            })
        });
        match made {
            Ok(interpreter) => interpreter,
            Err(error) => {
                // Its own sources are wrong: there is nobody to tell but the log.
                host::write_all(
                    host::ERROR,
                    format!("flow-engine-javascript: {error}\n").as_bytes(),
                );
                std::process::abort()
            }
        }
    }

    /// Works with the context.
    pub(crate) fn with<R>(&self, work: impl for<'js> FnOnce(&Ctx<'js>) -> R) -> R {
        self.runtime.context().with(|ctx| work(&ctx))
    }

    /// A function of the parts in JavaScript.
    pub(crate) fn internal<'js>(
        &self,
        ctx: &Ctx<'js>,
        name: &str,
    ) -> rquickjs::Result<Function<'js>> {
        self.internal.clone().restore(ctx)?.get(name)
    }

    /// Called before a snapshot is taken.
    pub(crate) fn freeze(&self) {
        self.with(|ctx| {
            while ctx.execute_pending_job() {}
            let frozen = self
                .internal(ctx, "freeze")
                .and_then(|freeze| freeze.call::<_, ()>(()));
            if frozen.is_err() {
                ctx.catch();
            }
            ctx.run_gc();
        });
        self.frozen.set(true);
    }

    /// Forgets what was true when the snapshot was taken: where it has begun, what
    /// is granted, what is random.
    pub(crate) fn thaw(&self) {
        if !self.frozen.replace(false) {
            return;
        }
        host::forget_directories();
        natives::reseed();
        self.with(|ctx| {
            let thawed = self
                .internal(ctx, "thaw")
                .and_then(|thaw| thaw.call::<_, ()>(()));
            if thawed.is_err() {
                ctx.catch();
            }
        });
    }

    /// Names of the globals and modules.
    pub(crate) fn vocabulary(&self) -> Vec<String> {
        self.with(|ctx| {
            let named = self
                .internal(ctx, "vocabulary")
                .and_then(|names| names.call(()));
            named.unwrap_or_default()
        })
    }
}

impl Rejected {
    fn track<'js>(
        &self,
        ctx: &Ctx<'js>,
        promise: Value<'js>,
        reason: Value<'js>,
        is_handled: bool,
    ) {
        let mut list = self.0.borrow_mut();
        if is_handled {
            list.retain(|(seen, _)| {
                seen.clone()
                    .restore(ctx)
                    .map_or(true, |seen| seen != promise)
            });
        } else {
            list.push((
                Persistent::save(ctx, promise),
                Persistent::save(ctx, reason),
            ));
        }
    }

    /// What nobody waited for since the last call.
    pub(crate) fn take<'js>(&self, ctx: &Ctx<'js>) -> Vec<Value<'js>> {
        let list = std::mem::take(&mut *self.0.borrow_mut());
        list.into_iter()
            .filter_map(|(_, reason)| reason.restore(ctx).ok())
            .collect()
    }

    /// Takes off a promise whose result is read.
    pub(crate) fn forget<'js>(&self, ctx: &Ctx<'js>, promise: &Promise<'js>) {
        let mut list = self.0.borrow_mut();
        list.retain(|(seen, _)| {
            let seen = seen.clone().restore(ctx);
            seen.map_or(true, |seen| seen != *promise.as_value())
        });
    }

    /// Whether there is nothing to take.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }
}
