//! What the tests have Python do.

mod calls;
mod world;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use libtest_mimic::Failed;
use pyodide_wasmtime::{
    Access, Dir, Error, Interrupt, Mount, Mounts, Options, Reason, Snapshot, ambient_authority,
};

pub use calls::{
    a_call_is_answered, a_snapshot_holds_no_host, a_waiting_call_is_given_up,
    large_calls_are_answered, the_host_is_no_file,
};
use wasmtime::Trap;
pub use world::{Finding, World};
use world::{check, exception};

/// The table of modules, which is also documentation.
const MODULES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/standard-library.md");

pub fn json_goes_in_and_out(world: &World) -> Finding {
    let program =
        "import json\ndef f(text):\n    return json.dumps(json.loads(text)[::-1]).encode()";
    let mut python = world.start(Options::default())?;
    let answer = world.call(&mut python, program, r#"[1, "zwei", 12345678901234567890]"#)?;
    check(&answer, r#"[12345678901234567890, "zwei", 1]"#)
}

pub fn random_numbers_differ(world: &World) -> Finding {
    let program = "def f(_):\n    import random, uuid, secrets\n    return repr((random.random(), uuid.uuid4(), secrets.token_hex())).encode()";
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("snapshot");
    let function = world.wait(async {
        let mut python = world.pyodide.boot(Options::default()).await?;
        python.execute("import random, uuid, secrets").await?;
        python.execute(program).await?;
        let function = python.function("__main__", "f").await?;
        Snapshot::take(python, &[("f", function)], &path).await?;
        Ok(function)
    })?;
    let snapshot = Snapshot::open(&world.pyodide, &path)?;
    let told = |_| {
        world.wait(async {
            let mut python = world.pyodide.start(&snapshot, Options::default()).await?;
            Ok(python.call(function, b"").await?)
        })
    };
    let told: Result<Vec<_>, _> = (0..3).map(told).collect();
    let [first, second, third] = told?.try_into().map_err(|_| "three")?;
    let differ = first != second && second != third && first != third;
    differ
        .then_some(())
        .ok_or_else(|| "two are the same".into())
}

pub fn garbage_is_collected(world: &World) -> Finding {
    // Much of a snapshot is immortal: what is made later is not.
    let program = r#"
import gc, weakref

class Node:
    pass

def f(_):
    gc.disable()
    ended = []
    one = Node()
    weakref.finalize(one, ended.append, "counted")
    del one
    first, second = Node(), Node()
    first.other, second.other = second, first
    weakref.finalize(first, ended.append, "collected")
    del first, second
    before = list(ended)
    gc.collect()
    return repr((before, ended)).encode()
"#;
    let mut python = world.start(Options::default())?;
    let told = world.call(&mut python, program, "")?;
    check(&told, "(['counted'], ['counted', 'collected'])")
}

pub fn exceptions_are_told(world: &World) -> Finding {
    let mut python = world.start(Options::default())?;
    let program = "class Odd(Exception):\n    pass\ndef f(text):\n    raise Odd(text.decode())";
    let told = exception(world.call(&mut python, program, "how odd"))?;
    check(&told.class, "Odd")?;
    check(&told.message, "how odd")?;
    let found =
        told.traceback.contains("line 4, in f") && told.traceback.ends_with("Odd: how odd\n");
    found
        .then_some(())
        .ok_or(format!("another traceback: {}", told.traceback))?;
    // It goes on.
    check(
        &world.call(&mut python, "def f(text):\n    return text", "on")?,
        "on",
    )
}

pub fn memory_ends(world: &World) -> Finding {
    let options = Options {
        memory: 64 << 20,
        ..Options::default()
    };
    let mut python = world.start(options)?;
    let program = "def f(_):\n    return [bytearray(1 << 20) for _ in range(100)]";
    check(
        &exception(world.call(&mut python, program, ""))?.class,
        "MemoryError",
    )?;
    let refused = python.take_refused_memory().unwrap_or_default();
    (refused > 64 << 20)
        .then_some(())
        .ok_or(format!("refused: {refused}"))?;
    check(
        &world.call(&mut python, "def f(text):\n    return text", "on")?,
        "on",
    )
}

pub fn recursion_ends(world: &World) -> Finding {
    let mut python = world.start(Options::default())?;
    for body in [
        "return f(text)",
        "class A:\n        def __getattr__(self, name): return getattr(self, name + 'x')\n    return A().a",
    ] {
        let program = format!("def f(text):\n    {body}");
        let told = exception(world.call(&mut python, &program, ""))?;
        check(&told.class, "RecursionError")?;
    }
    // CPython looks at its own stack alone, which this does not use.
    let program =
        "def f(_):\n    x = []; [x := [x] for _ in range(1_000_000)]; return repr(x).encode()";
    match world.call(&mut python, program, "") {
        Err(Error::Wasm(error)) if error.downcast_ref() == Some(&Trap::StackOverflow) => Ok(()),
        other => Err(format!("its stack did not end: {other:?}").into()),
    }
}

pub fn a_loop_is_interrupted(world: &World) -> Finding {
    let until = Instant::now() + Duration::from_millis(50);
    let interrupt: Interrupt = std::sync::Arc::new(move || match Instant::now() < until {
        true => Ok(()),
        false => Err(wasmtime::Error::msg("time is up")),
    });
    let mut python = world.start(Options {
        interrupt: Some(interrupt),
        ..Options::default()
    })?;
    match world.call(&mut python, "def f(_):\n    while True: pass", "") {
        Err(Error::Wasm(error)) if error.root_cause().to_string() == "time is up" => Ok(()),
        other => Err(format!("not interrupted: {other:?}").into()),
    }
}

pub fn only_granted_files_are_seen(world: &World) -> Finding {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("in.txt"), "granted")?;
    let options = |access| -> Result<Options, Failed> {
        let directory = Dir::open_ambient_dir(folder.path(), ambient_authority())?;
        let mount = Mount {
            path: b"/data".to_vec(),
            directory: directory.into(),
            access,
        };
        let mounts = Mounts::new(vec![mount])?.into();
        Ok(Options {
            mounts,
            ..Options::default()
        })
    };
    let read = "def f(path):\n    return open(path.decode()).read().encode()";
    let write = "def f(path):\n    return str(open(path.decode(), 'w').write('new')).encode()";
    let mut python = world.start(options(Access::ReadOnly)?)?;
    check(&world.call(&mut python, read, "/data/in.txt")?, "granted")?;
    for (program, path, class, reason) in [
        (read, "/etc/passwd", "PermissionError", Reason::NotGranted),
        (
            read,
            "/data/../etc/passwd",
            "PermissionError",
            Reason::NotGranted,
        ),
        (write, "/data/out.txt", "OSError", Reason::ReadOnly),
    ] {
        check(
            &exception(world.call(&mut python, program, path))?.class,
            class,
        )?;
        let refusals = python.take_refusals();
        let found = refusals.iter().any(|refusal| refusal.reason == reason);
        found.then_some(()).ok_or(format!("{path}: {refusals:?}"))?;
    }
    let mut python = world.start(options(Access::ReadWrite)?)?;
    check(&world.call(&mut python, write, "/data/out.txt")?, "3")?;
    check(&fs::read_to_string(folder.path().join("out.txt"))?, "new")
}

pub fn the_library_behaves(world: &World) -> Finding {
    let mut python = world.start(Options::default())?;
    for (body, answer) in [
        (
            "import decimal; return str(decimal.Decimal('0.1') + decimal.Decimal('0.2'))",
            "0.3",
        ),
        ("import re; return re.sub('a+', 'b', 'caat')", "cbt"),
        (
            "import hashlib; return hashlib.sha256(b'abc').hexdigest()[:8]",
            "ba7816bf",
        ),
        (
            "import csv, io; return str(list(csv.reader(io.StringIO('a,\"b,c\"'))))",
            "[['a', 'b,c']]",
        ),
        (
            "import sqlite3; d = sqlite3.connect(':memory:'); d.execute('create table t (n)'); d.execute('insert into t values (7)'); return str(d.execute('select n from t').fetchone())",
            "(7,)",
        ),
        (
            "import sqlite3; d = sqlite3.connect('/tmp/d.sqlite'); d.execute('create table t (n)'); d.execute('insert into t values (8)'); d.commit(); d.close(); return str(sqlite3.connect('/tmp/d.sqlite').execute('select n from t').fetchone())",
            "(8,)",
        ),
        (
            "import tempfile, pathlib; p = pathlib.Path(tempfile.mkdtemp()) / 'x'; p.write_text('hi'); return p.read_text()",
            "hi",
        ),
        (
            "import asyncio\n    async def g(): await asyncio.sleep(0.001); return 'later'\n    return asyncio.run(g())",
            "later",
        ),
        (
            "import time; a = time.monotonic(); time.sleep(0.02); return str(0.02 <= time.monotonic() - a < 2)",
            "True",
        ),
        (
            "import datetime; return datetime.datetime.fromtimestamp(0).isoformat()",
            "1970-01-01T00:00:00",
        ),
        (
            "import time; return str(time.mktime((2024, 2, 30, 0, 0, 0, 0, 0, 0)))",
            "1709251200.0",
        ),
        (
            "import os; os.makedirs('/tmp/a/b'); os.rename('/tmp/a', '/tmp/c'); return str(os.listdir('/tmp/c'))",
            "['b']",
        ),
        (
            "import os; r, w = os.pipe(); os.write(w, b'through'); return os.read(r, 9).decode()",
            "through",
        ),
        (
            "import gzip, zlib, bz2, lzma; return str(gzip.decompress(gzip.compress(b'z')) + lzma.decompress(lzma.compress(b'z')))",
            "b'zz'",
        ),
        (
            "import os, sys; return f'{sys.platform} {os.getcwd()}'",
            "emscripten /home/pyodide",
        ),
        (
            "import math, statistics; return f'{math.sqrt(2):.6f} {statistics.mean([1, 2])}'",
            "1.414214 1.5",
        ),
    ] {
        let program = format!(
            "def f(_):\n    def g():\n        {}\n    return g().encode()",
            body.replace("\n    ", "\n        ")
        );
        check(&world.call(&mut python, &program, "")?, answer)?;
    }
    Ok(())
}

pub fn what_is_not_there_fails_softly(world: &World) -> Finding {
    let mut python = world.start(Options::default())?;
    for (body, class) in [
        (
            "import socket; socket.create_connection(('127.0.0.1', 80))",
            "socket.gaierror",
        ),
        (
            "import threading; threading.Thread(target=print).start()",
            "RuntimeError",
        ),
        ("import subprocess; subprocess.run(['true'])", "OSError"),
        ("import os; os.fork()", "OSError"),
        ("import no_such_module", "ModuleNotFoundError"),
    ] {
        let program = format!("def f(_):\n    {body}");
        check(
            &exception(world.call(&mut python, &program, ""))?.class,
            class,
        )?;
    }
    check(
        &world.call(&mut python, "def f(text):\n    return text", "on")?,
        "on",
    )
}

pub fn modules_are_those_of_the_table(world: &World) -> Finding {
    let program = r#"
def f(_):
    import importlib, sys, warnings
    warnings.simplefilter("ignore")
    # Those print, open a window or a browser when they are imported.
    left_out = {"antigravity", "this", "idlelib"}
    lines = []
    for name in sorted(sys.stdlib_module_names):
        if name.startswith("_") or name in left_out:
            continue
        try:
            importlib.import_module(name)
            lines.append(f"| `{name}` | yes | |")
        except BaseException as error:
            lines.append(f"| `{name}` | no | {type(error).__name__}: {error} |")
    return "\n".join(lines).encode()
"#;
    let mut python = world.start(Options::default())?;
    let rows = world.call(&mut python, program, "")?;
    let table = format!(
        "# The standard library\nWhich modules of Python {} import, and why others do not. A test makes this table: `UPDATE_TABLE=1 cargo test -p pyodide-wasmtime --test python` writes it anew.\n\n| module | imports | why not |\n| --- | --- | --- |\n{rows}\n",
        pyodide_wasmtime::PYTHON
    );
    if std::env::var_os("UPDATE_TABLE").is_some() {
        fs::write(MODULES, &table)?;
    }
    check(&table, &fs::read_to_string(MODULES)?)
}

pub fn a_binary_wheel_is_loaded(world: &World, wheels: &Path) -> Finding {
    let options = || -> Result<Options, Failed> {
        let mount = Mount {
            path: b"/wheels".to_vec(),
            directory: Dir::open_ambient_dir(wheels, ambient_authority())?.into(),
            access: Access::ReadOnly,
        };
        Ok(Options {
            mounts: Mounts::new(vec![mount])?.into(),
            ..Options::default()
        })
    };
    let program = "import sys; sys.path.insert(0, '/wheels')\nfrom pydantic_core import SchemaValidator, core_schema\nvalidator = SchemaValidator(core_schema.list_schema(core_schema.int_schema()))\ndef f(text):\n    return str(validator.validate_json(text)).encode()";
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("snapshot");
    let function = world.wait(async {
        let mut python = world.pyodide.boot(options()?).await?;
        python.execute(program).await?;
        let function = python.function("__main__", "f").await?;
        check(
            &String::from_utf8(python.call(function, b"[1, \"2\"]").await?)?,
            "[1, 2]",
        )?;
        Snapshot::take(python, &[], &path).await?;
        Ok(function)
    });
    let function = function?;
    let snapshot = Snapshot::open(&world.pyodide, &path)?;
    for _ in 0..2 {
        let mut python = world.wait_for(world.pyodide.start(&snapshot, options()?))?;
        let answer = world.wait_for(python.call(function, b"[3]"))?;
        check(&String::from_utf8(answer)?, "[3]")?;
        let refused = exception(world.wait_for(python.call(function, b"[\"x\"]")))?;
        check(
            &refused.class,
            "pydantic_core._pydantic_core.ValidationError",
        )?;
    }
    Ok(())
}
