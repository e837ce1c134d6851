"""What an interpreter needs beside CPython's own: imported once, before any snapshot."""

import array
import asyncio.selector_events
import errno
import gc
import os
import sys
import time
import traceback
import types
from select import poll

# Files whose frames are in no traceback: nobody wrote them.
hidden = {__file__}

_generators = []
_lasting = []


# Calls of foreign functions want libffi, which is not there; it would say that
# memory is short.
sys.modules["_ctypes"] = None
# The bridge to JavaScript: it is in the interpreter, and ends it.
sys.modules["_pyodide_core"] = None


def describe(error):
    """An exception as `bytes`: class, message and traceback, parted by NUL."""
    if isinstance(error, MemoryError):
        # What failed did not come to it by itself.
        gc.collect()
    kind = type(error)
    name = kind.__qualname__
    if kind.__module__ not in ("builtins", "__main__"):
        name = f"{kind.__module__}.{name}"
    try:
        message = str(error)
    except BaseException:
        message = "<its str() failed>"
    try:
        told = trace(error)
    except BaseException:
        told = f"{name}: {message}\n"
    parts = (name, message.replace("\0", "\\0"), told)
    return "\0".join(parts).encode("utf-8", "replace")


def trace(error):
    """The traceback of an exception, without the frames that nobody wrote."""
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename in hidden:
        frames = frames.tb_next
    whole = traceback.TracebackException(type(error), error, frames)
    pending = [whole]
    while pending:
        one = pending.pop()
        one.stack[:] = [frame for frame in one.stack if frame.filename not in hidden]
        pending.extend(other for other in (one.__cause__, one.__context__) if other is not None)
    return "".join(whole.format())


def execute(code):
    """Statements in `__main__`."""
    exec(compile(code.decode(), "<host>", "exec"), sys.modules["__main__"].__dict__)
    return b""


class HostError(Exception):
    """The host answered a call with an error."""


class NoHostError(HostError):
    """There is no host to call."""


# The descriptor of the host, which is no file: see `host/calls.rs`.
_HOST = 1 << 30
_PART = 1 << 16


def call_host(name, payload=b""):
    """Calls a function of the host: `bytes` in, `bytes` out."""
    try:
        length = os.writev(_HOST, (name.encode(), payload))
    except OSError as error:
        failed = error.errno
    else:
        return os.read(_HOST, length)
    if failed == errno.ENOSYS:
        raise NoHostError("this interpreter has no host to call")
    if failed != errno.EIO:
        raise ValueError("the name is no text, or the answer is too long")
    text = bytearray()
    while part := os.read(_HOST, _PART):
        text += part
    raise HostError(text.decode("utf-8", "replace"))


# Objects of these types are never given back by those who keep modules.
_LASTING = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    types.ClassMethodDescriptorType,
    types.GetSetDescriptorType,
    types.MemberDescriptorType,
    types.CodeType,
    types.ModuleType,
    types.CellType,
    type,
    property,
    classmethod,
    staticmethod,
    str,
    bytes,
    int,
    float,
    tuple,
    frozenset,
)


def freeze(_):
    """Before a snapshot: finds what must not be the same in all its copies, and
    what is to last. Answers the addresses of the latter, which live until
    `frozen` is called."""
    sys.stdout.flush()
    sys.stderr.flush()
    random = sys.modules.get("random")
    if random is not None:
        gc.collect()
        # Those of a snapshot that this one began with are frozen, and known.
        seen = [each for each in gc.get_objects() if issubclass(type(each), random.Random)]
        _generators.extend(each for each in seen if not issubclass(type(each), random.SystemRandom))
    gc.collect()
    # A bit for each place where an object can be: a set of them would be larger
    # than all that it is to find, and memory does not become smaller again.
    seen = bytearray()
    left = gc.get_objects()
    while left:
        each = left.pop()
        place, bit = id(each) >> 6, 1 << (id(each) >> 3 & 7)
        if place >= len(seen):
            seen.extend(bytes(place - len(seen) + 4096))
        if seen[place] & bit:
            continue
        seen[place] |= bit
        left += gc.get_referents(each)
        if type(each) is types.CodeType:
            left += (each.co_consts, each.co_names, each.co_exceptiontable, each.co_linetable)
        if issubclass(type(each), _LASTING):
            _lasting.append(each)
    # What is there now is not looked at again, and its pages stay shared.
    gc.freeze()
    return array.array("I", map(id, _lasting)).tobytes()


def frozen(_):
    """After `freeze`, when what is to last has been told so."""
    _lasting.clear()
    return b""


def resume(_):
    """After a snapshot: makes random numbers differ."""
    for generator in _generators:
        # A class of its own may have another `seed`, which wants more.
        sys.modules["random"].Random.seed(generator)
    return b""


_wait = poll().poll
_monotonic = time.monotonic


def _sleep(seconds, /):
    """Delay execution for a given number of seconds."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    end = _monotonic() + seconds
    while (left := end - _monotonic()) > 0:
        # In milliseconds, and never for less than is left.
        _wait(min(int(left * 1000) + 1, 0x7FFFFFFF))


# Emscripten's own way to sleep is to ask for the time until it has come.
time.sleep = _sleep


def _nothing(_loop):
    """Event loops wake themselves by a socket, for the sake of threads and
    signals: there are none of all three."""


_loop = asyncio.selector_events.BaseSelectorEventLoop
_loop._make_self_pipe = _loop._close_self_pipe = _loop._write_to_self = _nothing
