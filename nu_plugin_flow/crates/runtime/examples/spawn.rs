//! Times spawns and calls of a handler: `cargo run --release -p flow-runtime --example spawn -- AGENT.wasm INPUT`.
use std::time::Instant;
use flow_runtime::{CancellationToken, Grants, Handler, Limits, Permissions, Profile, Runtime, silent};
fn main() {
    let mut args = std::env::args().skip(1);
    let path = args.next().unwrap();
    let input = args.next().unwrap();
    let t = Instant::now();
    let runtime = Runtime::new(flow_cache::Cache::at("/tmp/flow-cache".into()));
    let program = runtime.load(path.as_ref(), Profile::General).unwrap();
    eprintln!("load {:?}", t.elapsed());
    let t = Instant::now();
    let grants = Grants { limits: Limits::default(), permissions: Permissions::default(), environment: vec![], log: silent() };
    let handler = Handler::new(program, grants).unwrap();
    eprintln!("link {:?}", t.elapsed());
    let cancel = CancellationToken::new();
    let n = 20000;
    let mut times = vec![];
    for _ in 0..n {
        let t = Instant::now();
        let mut i = handler.spawn(&cancel).unwrap();
        let o = i.call(&input).unwrap();
        times.push(t.elapsed());
        drop(i);
        std::hint::black_box(o);
    }
    times.sort();
    eprintln!("spawn+call p50 {:?} min {:?} p99 {:?}", times[n/2], times[0], times[n*99/100]);
    let mut i = handler.spawn(&cancel).unwrap();
    let t = Instant::now();
    for _ in 0..100000 { std::hint::black_box(i.call(&input).unwrap()); }
    eprintln!("call {:?}", t.elapsed()/100000);
    let (mut a, mut b, mut c) = (vec![], vec![], vec![]);
    for _ in 0..n {
        let t = Instant::now();
        let mut i = handler.spawn(&cancel).unwrap();
        a.push(t.elapsed());
        let t = Instant::now();
        std::hint::black_box(i.call(&input).unwrap());
        b.push(t.elapsed());
        let t = Instant::now();
        drop(i);
        c.push(t.elapsed());
    }
    for (name, mut v) in [("spawn", a), ("call", b), ("drop", c)] { v.sort(); eprintln!("{name} p50 {:?}", v[n/2]); }
}
