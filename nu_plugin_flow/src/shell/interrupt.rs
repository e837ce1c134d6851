//! Ctrl-C, for whatever runs on behalf of one command.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use flow_runtime::CancellationToken;
use nu_plugin::EngineInterface;
use nu_protocol::{HandlerGuard, ShellError, SignalAction};

/// Becomes true when the user gives up. Keep it as long as something runs:
/// when it is dropped, Ctrl-C is no longer heard.
pub struct Interrupt {
    /// For builds and workspaces.
    pub flag: Arc<AtomicBool>,
    /// For agents.
    pub token: CancellationToken,
    _guard: HandlerGuard,
}

impl Interrupt {
    /// Listens from now on.
    ///
    /// # Errors
    /// Where Nushell does not let the plugin listen.
    pub fn listen(engine: &EngineInterface) -> Result<Self, ShellError> {
        let flag = Arc::new(AtomicBool::new(false));
        let token = CancellationToken::new();
        let guard = {
            let (flag, token) = (flag.clone(), token.clone());
            engine.register_signal_handler(Box::new(move |action| {
                if action == SignalAction::Interrupt {
                    flag.store(true, Ordering::Relaxed);
                    token.cancel();
                }
            }))?
        };
        Ok(Self {
            flag,
            token,
            _guard: guard,
        })
    }
}
