//! What the data of a store offers to the functions of the host.

use std::time::Instant;

use tokio_util::sync::CancellationToken;
use wasmtime_wasi::WasiView;
use wasmtime_wasi_http::WasiHttpView;

use super::agent::host::AgentHost;
use super::network::peers::Peers;

/// The data of a store whose guest can call the functions of the host.
pub(crate) trait HostView: WasiView + WasiHttpView + 'static {
    /// What the guest may do beyond itself.
    fn agent(&mut self) -> &mut AgentHost;

    /// The network peers that it may reach.
    fn peers(&self) -> &Peers;

    /// When the guest has to be done, and what cancels it before.
    fn bounds(&self) -> (Option<Instant>, CancellationToken);
}
