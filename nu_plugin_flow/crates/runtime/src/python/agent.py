"""Between flow and an agent: one record in, one answer out, as JSON.

Part of the snapshot from which every agent starts, so that nothing here is
imported or compiled when an agent is spawned.
"""

import asyncio
import atexit
import base64
import dataclasses
import datetime
import decimal
import enum
import gc
import inspect
import json
import linecache
import marshal
import math
import os
import pathlib
import re
import sys
import traceback
import types
import uuid

import _flow_examples
import _pyodide_wasmtime
import flow

FOLDER = "/agent"
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MINUTE = datetime.timedelta(minutes=1)
_MICROSECOND = datetime.timedelta(microseconds=1)
_pyodide_wasmtime.hidden.add(__file__)
_NOTHING = b'{"$emit":[]}'
# After how many calls CPython has fitted code to what it does, and some.
_WARM = 20

_handle = None
_runner = None


class _Refused(Exception):
    """A result that is not JSON; says which type, and where."""


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
    # Only a record with tagged values has this in it.
    record = _tagged(text) if b'"$' in text else json.loads(text)
    answer = _handle(record)
    if answer is None:
        return _NOTHING
    return _encode(answer)


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
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename in _pyodide_wasmtime.hidden:
        frames = frames.tb_next
    traceback.print_exception(type(error), error, frames)


# Records: JSON to Python.


def _untag(pairs):
    if len(pairs) == 1:
        ((key, value),) = pairs.items()
        match key:
            case "$datetime":
                return datetime.datetime.fromisoformat(value)
            case "$duration":
                return datetime.timedelta(microseconds=value / 1000)
            case "$filesize":
                return flow.Filesize(value)
            case "$binary":
                return base64.b64decode(value)
    return pairs


_tagged = json.JSONDecoder(object_hook=_untag).decode
_tagged = (lambda decode: lambda text: decode(text.decode()))(_tagged)


# Results: Python to JSON.


def _plain(value):
    """What stands for a value that JSON has not."""
    match value:
        case datetime.datetime():
            value = value if value.tzinfo else value.replace(tzinfo=datetime.UTC)
            if value.utcoffset() % _MINUTE:
                # Local mean time, which RFC 3339 cannot say.
                value = value.astimezone(datetime.UTC)
            return {"$datetime": value.isoformat()}
        case datetime.date():
            return {"$datetime": f"{value.isoformat()}T00:00:00+00:00"}
        case datetime.timedelta():
            return {"$duration": value // _MICROSECOND * 1000}
        case bytes() | bytearray() | memoryview():
            return {"$binary": base64.b64encode(value).decode()}
        case flow.Many():
            raise _Refused("`many` is for the whole result, not for a part of it")
        case enum.Enum():
            return value.value
        case decimal.Decimal() | uuid.UUID() | pathlib.PurePath() | datetime.time():
            return str(value)
        case set() | frozenset():
            return list(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    # Models of pydantic, which is not imported for this.
    dump = getattr(type(value), "model_dump", None)
    if dump is not None:
        return dump(value)
    raise _Refused(f"a {type(value).__name__} has no form in JSON")


_fast = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain, check_circular=True
).encode


def _encode(answer):
    emit = isinstance(answer, flow.Many)
    if emit:
        answer = {"$emit": answer.records}
    try:
        if not flow.Filesize.used:
            return _fast(answer).encode()
    except (TypeError, ValueError, RecursionError, _Refused):
        # The slow way knows numbers that JSON has not, and where it went wrong.
        pass
    return _fast(_walk(answer, [], set())).encode()


def _walk(value, path, above):
    match value:
        case None | bool() | str():
            return value
        case flow.Filesize():
            return {"$filesize": int(value)}
        case int():
            return int(value)
        case float():
            return value if math.isfinite(value) else None
    if id(value) in above:
        raise ValueError(f"the result contains itself{_at(path)}")
    above.add(id(value))
    try:
        if isinstance(value, dict):
            return {_key(key, path): _walk(item, [*path, key], above) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [_walk(item, [*path, number], above) for number, item in enumerate(value)]
        return _walk(_plain(value), path, above)
    except _Refused as error:
        raise TypeError(f"the result is not JSON{_at(path)}: {error}") from None
    finally:
        above.discard(id(value))


def _key(key, path):
    match key:
        case str():
            return key
        case bool():
            return "true" if key else "false"
        case None:
            return "null"
        case int() | float():
            return str(key)
        case enum.Enum():
            return _key(key.value, path)
    raise _Refused(f"a {type(key).__name__} cannot be the name of a column")


def _at(path):
    parts = [str(part) for part in path]
    if parts[:1] == ["$emit"]:
        del parts[0]
    return f" at `{'.'.join(parts)}`" if parts else ""
