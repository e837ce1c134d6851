//! The interpreter of an instance: QuickJS with its globals and modules, and the program
//! that was loaded into it.

use std::{
    cell::{Cell, OnceCell, RefCell},
    rc::Rc,
};

use javy::{Config, Runtime};
use rquickjs::{Ctx, Function, Object, Persistent, Promise, Value};

use crate::{
    classes::Classes,
    failure::Failure,
    host,
    modules::{Files, Modules},
    random,
};

/// Bytes of stack that JavaScript may use: enough less than the module has for QuickJS
/// to notice an overflow before the host does. QuickJS's own functions take up to 2.2
/// bytes of the host's stack for each of these (measured on x86-64, see `stack.h`).
const STACK: usize = 736 * 1024;

/// Bytes that are allocated before the first garbage collection. A collection touches, and
/// so copies, every page of the snapshot, and most agents end before they need one.
const GARBAGE_THRESHOLD: usize = 8 << 20;

pub(crate) struct Interpreter {
    runtime: Runtime,
    /// The functions that JavaScript offers to Rust.
    internal: Persistent<Object<'static>>,
    pub(crate) classes: Classes,
    /// The files of the program.
    pub(crate) files: Files,
    pub(crate) program: RefCell<Option<Program>>,
    /// Whether a snapshot was prepared, and facts about the host may be out of date.
    frozen: Cell<bool>,
    pub(crate) rejected: Rejected,
}

/// What was loaded.
#[derive(Clone)]
pub(crate) enum Program {
    /// A function from a record to a record.
    Handler(Persistent<Function<'static>>),
    /// A program with standard streams, by the path of its file.
    Command(String),
}

/// Rejected promises that nothing handles yet, each with its reason.
#[derive(Default, Clone)]
pub(crate) struct Rejected(Rc<RefCell<Vec<(PersistentValue, PersistentValue)>>>);

type PersistentValue = Persistent<Value<'static>>;

/// Creates the globals and modules; returns the functions that JavaScript offers to Rust.
pub(crate) type Install = for<'js> fn(&Ctx<'js>) -> rquickjs::Result<Object<'js>>;

thread_local! {
    static INTERPRETER: OnceCell<&'static Interpreter> = const { OnceCell::new() };
}

impl Interpreter {
    /// The interpreter of this instance, started with `install` if it is not running yet.
    pub(crate) fn get_or_start(install: Install) -> &'static Interpreter {
        let start = || &*Box::leak(Box::new(Interpreter::new(install)));
        INTERPRETER.with(|cell| *cell.get_or_init(start))
    }

    /// The interpreter of this instance, for functions that JavaScript calls.
    ///
    /// # Errors
    /// Fails while the interpreter is still starting.
    pub(crate) fn running() -> rquickjs::Result<&'static Interpreter> {
        INTERPRETER
            .with(|cell| cell.get().copied())
            .ok_or(rquickjs::Error::Unknown)
    }

    fn new(install: Install) -> Interpreter {
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
                    let internal = install(&ctx)?;
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
                // The engine's own sources are wrong, which only the log can be told.
                host::write_all(
                    host::ERROR,
                    format!("flow-engine-javascript: {error}\n").as_bytes(),
                );
                std::process::abort()
            }
        }
    }

    /// Calls `work` with the context.
    pub(crate) fn with<R>(&self, work: impl for<'js> FnOnce(&Ctx<'js>) -> R) -> R {
        self.runtime.context().with(|ctx| work(&ctx))
    }

    /// A function that JavaScript offers to Rust.
    pub(crate) fn internal<'js>(
        &self,
        ctx: &Ctx<'js>,
        name: &str,
    ) -> rquickjs::Result<Function<'js>> {
        self.internal.clone().restore(ctx)?.get(name)
    }

    /// The failure that `error` stands for, located in the program's files.
    pub(crate) fn failure(&self, ctx: &Ctx<'_>, error: rquickjs::Error) -> Failure {
        Failure::of(ctx, &self.files.borrow(), error)
    }

    /// Prepares for a snapshot.
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

    /// Forgets what was true when the snapshot was taken: when the program started, what
    /// is granted, the state of the random numbers.
    pub(crate) fn thaw(&self) {
        if !self.frozen.replace(false) {
            return;
        }
        host::forget_directories();
        random::reseed();
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

    /// The reasons of the rejections since the last call.
    pub(crate) fn take<'js>(&self, ctx: &Ctx<'js>) -> Vec<Value<'js>> {
        let list = std::mem::take(&mut *self.0.borrow_mut());
        list.into_iter()
            .filter_map(|(_, reason)| reason.restore(ctx).ok())
            .collect()
    }

    /// Removes a promise whose result is read.
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
