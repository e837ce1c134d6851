//! What Python calls in its host.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use pyodide_wasmtime::{Answer, Host, Options, Snapshot};

use super::world::{Finding, World, check, exception};

/// Answers by the name of what is called.
struct Answering;

impl Host for Answering {
    fn call<'a>(&'a mut self, name: &'a str, payload: &'a [u8]) -> Answer<'a> {
        Box::pin(async move {
            match name {
                "reversed" => Ok(payload.iter().rev().copied().collect()),
                "later" => {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    Ok(b"at last".to_vec())
                }
                "nothing" => Ok(Vec::new()),
                _ => Err(format!("no function `{name}` é")),
            }
        })
    }
}

/// Never answers, and tells when it is given up.
struct Waiting(Arc<AtomicBool>);

/// Sets its flag when it is dropped.
struct Dropped(Arc<AtomicBool>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl Host for Waiting {
    fn call<'a>(&'a mut self, _name: &'a str, _payload: &'a [u8]) -> Answer<'a> {
        let dropped = Dropped(self.0.clone());
        Box::pin(async move {
            let _dropped = dropped;
            std::future::pending().await
        })
    }
}

/// The first lines of every program here.
const IMPORT: &str = "from _pyodide_wasmtime import call_host, HostError, NoHostError\n";

fn hosted(host: impl Host + 'static) -> Options {
    Options {
        host: Some(Box::new(host)),
        ..Options::default()
    }
}

pub fn a_call_is_answered(world: &World) -> Finding {
    let mut python = world.start(hosted(Answering))?;
    for (body, expected) in [
        ("call_host('reversed', text)", "cba"),
        ("call_host('reversed', bytearray(b'12'))", "21"),
        ("call_host('later')", "at last"),
        ("call_host('nothing', text) or b'empty'", "empty"),
    ] {
        let program = format!("{IMPORT}def f(text):\n    return {body}");
        check(&world.call(&mut python, &program, "abc")?, expected)?;
    }
    let program = format!("{IMPORT}def f(text):\n    return call_host('odd', text)");
    let told = exception(world.call(&mut python, &program, ""))?;
    check(&told.class, "_pyodide_wasmtime.HostError")?;
    check(&told.message, "no function `odd` é")?;
    // It goes on.
    let program = format!("{IMPORT}def f(text):\n    return call_host('reversed', text)");
    check(&world.call(&mut python, &program, "no")?, "on")
}

pub fn large_calls_are_answered(world: &World) -> Finding {
    let program = format!(
        "{IMPORT}def f(_):\n    sent = bytes(range(256)) * 20480\n    return str((len(sent), call_host('reversed', sent) == sent[::-1])).encode()"
    );
    let mut python = world.start(hosted(Answering))?;
    check(&world.call(&mut python, &program, "")?, "(5242880, True)")?;
    let program = format!(
        "{IMPORT}def f(_):\n    try:\n        call_host('x' * 100_000)\n    except HostError as error:\n        return str(len(str(error))).encode()"
    );
    check(&world.call(&mut python, &program, "")?, "100016")
}

pub fn a_waiting_call_is_given_up(world: &World) -> Finding {
    let dropped = Arc::new(AtomicBool::new(false));
    let mut python = world.start(hosted(Waiting(dropped.clone())))?;
    let program = format!("{IMPORT}def f(text):\n    return call_host('never', text)");
    let ended = world.wait(async {
        python.execute(&program).await?;
        let function = python.function("__main__", "f").await?;
        let call = python.call(function, b"");
        let ended = tokio::time::timeout(Duration::from_millis(20), call).await;
        Ok(ended.is_err())
    })?;
    ended.then_some(()).ok_or("it did not wait")?;
    drop(python);
    let dropped = dropped.load(Ordering::SeqCst);
    Ok(dropped.then_some(()).ok_or("the host still works on it")?)
}

pub fn a_snapshot_holds_no_host(world: &World) -> Finding {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("snapshot");
    let program = format!("{IMPORT}def f(text):\n    return call_host('reversed', text)");
    let function = world.wait(async {
        let mut python = world.pyodide.boot(hosted(Answering)).await?;
        python.execute(&program).await?;
        let function = python.function("__main__", "f").await?;
        let answer = python.call(function, b"abc").await?;
        check(&String::from_utf8(answer)?, "cba")?;
        // An answer that nobody reads.
        python
            .execute("import os; os.writev(1 << 30, (b'reversed', b'unread'))")
            .await?;
        Snapshot::take(python, &[], &path).await?;
        Ok(function)
    })?;
    let snapshot = Snapshot::open(&world.pyodide, &path)?;
    let start = |options| world.wait_for(world.pyodide.start(&snapshot, options));
    let mut alone = start(Options::default())?;
    let told = exception(world.wait_for(alone.call(function, b"")))?;
    check(&told.class, "_pyodide_wasmtime.NoHostError")?;
    let mut python = start(hosted(Answering))?;
    let unread = "import os\ndef f(_):\n    return os.read(1 << 30, 9)";
    check(&world.call(&mut python, unread, "")?, "")?;
    let answer = world.wait_for(python.call(function, b"def"))?;
    check(&String::from_utf8(answer)?, "fed")
}

pub fn the_host_is_no_file(world: &World) -> Finding {
    let mut python = world.start(hosted(Answering))?;
    for (body, expected) in [
        ("os.write(1 << 30, b'reversed')", "OSError"),
        ("os.writev(1 << 30, [b'reversed', b'', b''])", "OSError"),
        ("os.writev(1 << 30, [b'\\xff', b''])", "OSError"),
        ("os.fstat(1 << 30)", "OSError"),
        ("os.dup(1 << 30)", "OSError"),
        ("os.close(1 << 30)", "OSError"),
    ] {
        let program = format!("import os\ndef f(_):\n    {body}");
        let told = exception(world.call(&mut python, &program, ""))?;
        check(&told.class, expected)?;
    }
    let program = "import os\ndef f(text):\n    os.writev(1 << 30, (b'reversed', b'first'))\n    os.writev(1 << 30, (b'reversed', text))\n    parts = [os.read(1 << 30, 2) for _ in range(4)]\n    return b'|'.join(parts)";
    check(&world.call(&mut python, program, "abcde")?, "ed|cb|a|")
}
