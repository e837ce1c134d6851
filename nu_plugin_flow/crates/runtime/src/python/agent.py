"""Between flow and an agent: one record in, one answer out, as JSON.

Part of the snapshot from which every agent starts, so that nothing here is
imported or compiled when an agent is spawned.
"""

import asyncio
import atexit
import gc
import inspect
import json
import linecache
import marshal
import os
import re
import sys
import types

import _flow_examples
import _flow_host
import _pyodide_wasmtime
import flow
from _flow_values import decode, encode

FOLDER = "/agent"
_pyodide_wasmtime.hidden.add(__file__)
_NOTHING = b'{"$emit":[]}'
# After how many calls CPython has fitted code to what it does, and some.
_WARM = 20

_handle = None
_runner = None


def load(payload):
    """Runs the agent's module and finds its `handle`. Takes the path of its file
    below `/agent`, a NUL, and the code of it where an instance before has compiled
    it; else it answers that code."""
    global _handle
    entry, _, code = payload.partition(b"\0")
    entry = entry.decode()
    if code:
        answer, code = b"", marshal.loads(code)
    else:
        code = _compiled(entry)
        answer = marshal.dumps(code)
    module = _module(entry)
    sys.modules[module.__name__] = module
    # The module is `__main__` only for commands; `if __name__ == "__main__"`
    # keeps what is for trying it out by hand.
    exec(code, module.__dict__)
    handle = module.__dict__.get("handle")
    if handle is None:
        raise TypeError(f"{entry} has no function `handle`")
    if not callable(handle):
        raise TypeError(f"`handle` in {entry} is a {type(handle).__name__}, not a function")
    _handle = _synchronous(handle)
    return answer


def handle(text):
    """One record. The answer begins with `1`, or with `0` where the agent
    answers with an error."""
    answer = _handle(decode(text))
    if answer is None:
        return _NOTHING
    return encode(answer)


def run(payload):
    """A program that reads and writes standard streams. Takes JSON: `entry` and
    `arguments`. Answers its exit status as text."""
    payload = json.loads(payload)
    entry = payload["entry"]
    sys.argv = [entry, *payload["arguments"]]
    main = sys.modules["__main__"]
    main.__dict__.update(__file__=f"{FOLDER}/{entry}", __loader__=_Loader(entry))
    status = 0
    try:
        exec(_compiled(entry), main.__dict__)
    except SystemExit as end:
        status = _status(end.code)
    except BaseException as error:
        _print(error, entry)
        status = 1
    _end(main)
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None and not stream.closed:
                stream.flush()
        except OSError:
            # Nobody reads any more.
            status = status or 1
    return str(status).encode()


def _end(main):
    """What CPython does when a program ends: functions of `atexit` are called, and
    what the program held is let go, so that files are written."""
    atexit._run_exitfuncs()
    held = [name for name in main.__dict__ if not name.startswith("__")]
    for name in held:
        main.__dict__[name] = None
    gc.collect()


def analyse(payload):
    """What a source is, without running it. Takes JSON: `entry` and `source`."""
    import ast

    payload = json.loads(payload)
    try:
        tree = ast.parse(payload["source"], payload["entry"])
        compile(payload["source"], payload["entry"], "exec")
    except (SyntaxError, ValueError) as error:
        return json.dumps(_problem(error)).encode()
    found = {"handler": False, "asynchronous": False, "imports": []}
    for node in _top(tree.body):
        match node:
            case ast.FunctionDef(name="handle"):
                found.update(handler=True, asynchronous=False)
            case ast.AsyncFunctionDef(name="handle"):
                found.update(handler=True, asynchronous=True)
            case ast.Assign(targets=targets) if any(
                isinstance(target, ast.Name) and target.id == "handle" for target in targets
            ):
                found["handler"] = True
            case ast.Import(names=names):
                found["imports"] += [alias.name for alias in names]
            case ast.ImportFrom(module=str(module), level=0, names=names):
                found["imports"] += [f"{module}:{alias.name}" for alias in names]
    found["imports"] = sorted(set(found["imports"]))
    return json.dumps(found).encode()


def preload(payload):
    """Imports modules before a snapshot is taken. Takes a JSON list of them, and of
    `module:name`, since some modules import only when they are asked for a name;
    answers those that cannot be imported, which is no error yet: the agent may
    expect it."""
    failed = {}
    for name in json.loads(payload):
        module, _, member = name.partition(":")
        try:
            found = __import__(module, fromlist=[member or "*"])
            getattr(found, member, None)
        except BaseException as error:
            failed[name] = f"{type(error).__name__}: {error}"
    if FOLDER not in sys.path:
        sys.path.insert(0, FOLDER)
    # What a handler prints is a log, which is read while it is written.
    sys.stdout.reconfigure(line_buffering=True)
    _warm()
    return json.dumps(failed).encode()


def _warm():
    """Works on a record as an agent does. CPython fits its code to what it does:
    those writes are in the snapshot then, and not in every instance."""
    global _handle
    code = marshal.dumps(compile(_flow_examples.AGENT, "example.py", "exec", dont_inherit=True))
    record = {"id": 1, "text": "a b c", "items": [{"price": 1.5}, {"price": 2}], "none": None}
    for _ in range(_WARM):
        load(b"example.py\0" + code)
        handle(json.dumps(record).encode())
    _handle = None
    del sys.modules["example"]
    for name, use in _flow_examples.FIRST_USES.items():
        if name in sys.modules:
            try:
                exec(use, {"__name__": "example", name: sys.modules[name]})
            except Exception:
                # It is another one of that name: it takes its time later.
                pass
    re.purge()
    # The folder was not there yet.
    sys.path_importer_cache.pop(FOLDER, None)


def _module(entry):
    module = types.ModuleType(os.path.splitext(os.path.basename(entry))[0])
    module.__file__ = f"{FOLDER}/{entry}"
    module.__loader__ = _Loader(entry)
    return module


class _Loader:
    """Shows source lines in tracebacks."""

    def __init__(self, entry):
        self.entry = entry

    def get_source(self, _name):
        with open(f"{FOLDER}/{self.entry}", encoding="utf-8") as file:
            return file.read()


def _compiled(entry):
    with open(f"{FOLDER}/{entry}", "rb") as file:
        return compile(file.read(), entry, "exec", dont_inherit=True)


def _top(body):
    """The statements of a module that run when it is imported."""
    import ast

    for node in body:
        yield node
        for field in ("body", "orelse", "finalbody", "handlers"):
            if isinstance(node, (ast.If, ast.Try, ast.With, ast.ExceptHandler)):
                yield from _top(getattr(node, field, []))


def _problem(error):
    line, column = getattr(error, "lineno", None), getattr(error, "offset", None)
    return {"message": getattr(error, "msg", None) or str(error), "line": line, "column": column}


def _synchronous(handle):
    """`handle`, waited for where it is asynchronous, collected where it yields."""
    if inspect.iscoroutinefunction(handle):
        global _runner
        _runner = asyncio.Runner()
        run = _runner.run
        return lambda record: run(handle(record))
    if inspect.isasyncgenfunction(handle):
        _runner = asyncio.Runner()

        async def collect(record):
            return flow.many([each async for each in handle(record)])

        return lambda record: _runner.run(collect(record))
    if inspect.isgeneratorfunction(handle):
        return lambda record: flow.many(list(handle(record)))
    return handle


def _status(code):
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    print(code, file=sys.stderr)
    return 1


def _print(error, entry):
    # Else the source would be looked for where it is not, and be refused.
    with open(f"{FOLDER}/{entry}", encoding="utf-8", errors="replace") as file:
        linecache.cache[entry] = (0, None, file.readlines(), entry)
    print(_pyodide_wasmtime.trace(error), end="", file=sys.stderr)
