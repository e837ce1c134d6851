//! The hosts and ports that an instance may reach, by TCP and by outgoing HTTP.

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use flow_contract::NetGrant;
use wasmtime_wasi::WasiCtxBuilder;
use wasmtime_wasi::sockets::SocketAddrUse;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks, default_send_request};

use crate::host::refusals::{Refusal, Refusals};

/// The granted peers of one instance.
#[derive(Clone)]
pub(crate) struct Peers {
    pub(crate) granted: Arc<[NetGrant]>,
    pub(crate) refusals: Refusals,
}

impl Peers {
    fn grants(&self, host: &str, port: u16) -> bool {
        self.granted
            .iter()
            .any(|grant| grant.port == port && grant.host.eq_ignore_ascii_case(host))
    }

    /// Whether some port of `host` is granted, so that its name may be looked up.
    pub(super) fn names(&self, host: &str) -> bool {
        self.granted
            .iter()
            .any(|grant| grant.host.eq_ignore_ascii_case(host))
    }

    /// Whether `address` is one of a granted host's, on a granted port.
    async fn reaches(&self, address: SocketAddr) -> bool {
        for grant in self.granted.iter().filter(|g| g.port == address.port()) {
            let found = match grant.host.parse::<IpAddr>() {
                Ok(ip) => ip == address.ip(),
                Err(_) => tokio::net::lookup_host((grant.host.as_str(), grant.port))
                    .await
                    .is_ok_and(|mut found| found.any(|found| found.ip() == address.ip())),
            };
            if found {
                return true;
            }
        }
        false
    }
}

/// Lets `builder` open TCP connections to the granted peers, and nothing else.
pub(crate) fn configure(builder: &mut WasiCtxBuilder, peers: &Peers) {
    // The check decides, also where nothing is granted: it notes what is refused.
    builder.allow_tcp(true).allow_udp(false);
    builder.allow_ip_name_lookup(!peers.granted.is_empty());
    let peers = peers.clone();
    builder.socket_addr_check(move |address, purpose| {
        let peers = peers.clone();
        Box::pin(async move { check(&peers, address, purpose).await })
    });
}

async fn check(peers: &Peers, address: SocketAddr, purpose: SocketAddrUse) -> bool {
    match purpose {
        // The operating system binds a connecting socket to any free port.
        SocketAddrUse::TcpBind => address.ip().is_unspecified() && address.port() == 0,
        SocketAddrUse::TcpConnect => {
            let reached = peers.reaches(address).await;
            if !reached {
                let refusal = Refusal::network(&address.ip().to_string(), address.port());
                peers.refusals.add(refusal);
            }
            reached
        }
        _ => false,
    }
}

type Finished = Box<dyn Future<Output = Result<(), Error>> + Send>;
type Responding =
    Box<dyn Future<Output = Result<(http::Response<WasiBody>, Finished), Error>> + Send>;

impl WasiHttpHooks for Peers {
    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        options: Option<RequestOptions>,
        _sent: Finished,
    ) -> Responding {
        let host = request.uri().host().unwrap_or_default();
        let host = host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .to_owned();
        let secure = request.uri().scheme_str() == Some("https");
        let port = request
            .uri()
            .port_u16()
            .unwrap_or(if secure { 443 } else { 80 });
        if !self.grants(&host, port) {
            self.refusals.add(Refusal::network(&host, port));
            return Box::new(async { Err(Error::HttpRequestDenied) });
        }
        Box::new(async move {
            let (response, connection) = default_send_request(request, options).await?;
            let body = response.map(http_body_util::BodyExt::boxed_unsync);
            Ok((body, Box::new(connection) as Finished))
        })
    }
}
