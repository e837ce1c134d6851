"""What an interpreter needs beside CPython's own: imported once, before any snapshot."""

import builtins
import sys
import time
import types

module = types.ModuleType("_pyodide_wasmtime")

def describe(error):
    """An exception as `bytes`: class, message and traceback, parted by NUL."""
    import traceback

    kind = type(error)
    name = kind.__qualname__
    if kind.__module__ not in ("builtins", "__main__"):
        name = f"{kind.__module__}.{name}"
    try:
        message = str(error)
    except Exception:
        message = "<its str() failed>"
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename == FILE:
        frames = frames.tb_next
    told = "".join(traceback.format_exception(kind, error, frames))
    return "\0".join((name, message.replace("\0", "\\0"), told)).encode("utf-8", "replace")

def execute(code):
    """Statements in `__main__`."""
    exec(compile(code.decode(), "<host>", "exec"), sys.modules["__main__"].__dict__)
    return b""

generators = []

def freeze(_):
    """Before a snapshot: finds what must not be the same in all its copies."""
    import gc

    gc.collect()
    sys.stdout.flush()
    sys.stderr.flush()
    generators.clear()
    random = sys.modules.get("random")
    if random is not None:
        seen = [each for each in gc.get_objects() if isinstance(each, random.Random)]
        generators.extend(each for each in seen if not isinstance(each, random.SystemRandom))
    gc.collect()
    gc.freeze()
    return b""

def resume(_):
    """After a snapshot: makes random numbers differ."""
    for generator in generators:
        generator.seed()
    return b""

# Emscripten's own way to sleep is to ask for the time until it has come.
from select import poll

wait = poll().poll
monotonic = time.monotonic

def sleep(seconds, /):
    """Delay execution for a given number of seconds."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    end = monotonic() + seconds
    while (left := end - monotonic()) > 0:
        # In milliseconds, and never for less than is left.
        wait(min(int(left * 1000) + 1, 0x7FFFFFFF))

time.sleep = sleep
FILE = describe.__code__.co_filename
for function in (describe, execute, freeze, resume):
    setattr(module, function.__name__, function)
sys.modules[module.__name__] = module

