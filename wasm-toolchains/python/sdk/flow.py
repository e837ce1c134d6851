"""What an agent for flow may import as `flow`.

An agent is a function `handle(record)`. Records are dicts, lists, str, int, float,
bool and None; what JSON lacks travels as `datetime.datetime`, `datetime.timedelta`,
`bytes` and `Filesize`, both ways. What `handle` returns decides what leaves:

    a value             one record
    None                nothing: the record is dropped
    many(a, b)          each as a record
    an exception        an error value, with the traceback

`print` writes to the log. `memory` keeps values beyond the agent's life, and `call` asks
other agents; both where agent.toml grants them:

    [permissions]
    memory = ["orders"]
    agents = ["tokenize"]

Values are what records are. What an agent remembers while it handles a record lasts if
the record succeeds. Outside of flow, as in tests, both raise `UnavailableError`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar, Final

__all__ = [
    "ABSENT",
    "CallError",
    "Filesize",
    "Many",
    "Memory",
    "RefusedError",
    "UnavailableError",
    "call",
    "many",
    "memory",
]


class RefusedError(PermissionError):
    """A namespace or an agent that was not granted."""


class CallError(RuntimeError):
    """The agent that was called, or the memory, answered with an error."""


class UnavailableError(RuntimeError):
    """There is no memory and no other agent: this is not inside flow."""


class Absent:
    """What stands where a key is absent; there is one, `ABSENT`."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent()


class Many:
    """Several records, or none; made by `many`."""

    __slots__ = ("records",)

    def __init__(self, records: list[Any]) -> None:
        self.records = records

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Many) and self.records == other.records

    def __repr__(self) -> str:
        return f"many({', '.join(map(repr, self.records))})"


def many(*records: Any) -> Many:
    """Each argument as a record of its own: `many(a, b)`. A single list, generator
    or other iterable stands for the records in it: `many(found)`; a dict, a string
    and bytes are records themselves.
    """
    if len(records) == 1:
        (only,) = records
        if isinstance(only, Iterable) and not isinstance(only, (Mapping, str, bytes, bytearray)):
            return Many(list(only))
    return Many(list(records))


class Filesize(int):
    """A number of bytes that becomes a file size in Nushell."""

    # Whether there was ever one: until then no result has to be searched for them.
    used: ClassVar[bool] = False

    def __new__(cls, size: int = 0) -> Filesize:
        Filesize.used = True
        return super().__new__(cls, size)

    def __add__(self, other: int) -> Filesize:
        sum = int.__add__(self, other)
        return sum if sum is NotImplemented else Filesize(sum)

    # `sum` begins with 0.
    __radd__ = __add__

    def __sub__(self, other: int) -> Filesize:
        difference = int.__sub__(self, other)
        return difference if difference is NotImplemented else Filesize(difference)

    def __repr__(self) -> str:
        return f"Filesize({int(self)})"

    def __str__(self) -> str:
        return int.__repr__(self)


def _ask(name: str, *_arguments: Any) -> Any:
    """Asks the host. Inside of flow another function is in this place."""
    if name == "peers.call":
        raise UnavailableError("other agents can be called only inside flow")
    raise UnavailableError("durable memory exists only inside flow")


class Memory:
    """The durable memory: values by key, in namespaces that outlive the agent. There is
    one, `memory`.

    Every method raises `RefusedError` where the namespace was not granted.
    """

    __slots__ = ()

    def get(self, namespace: str, key: str, default: Any = None) -> Any:
        """The value of `key`, or `default` where it is absent."""
        held = _ask("memory.get", _text(namespace), _text(key))
        return default if held is ABSENT else held

    def set(
        self,
        namespace: str,
        key: str,
        value: Any,
        expires_in: timedelta | float | None = None,
    ) -> None:
        """Sets `key`: for good, or until `expires_in` (or seconds) from now."""
        _ask("memory.set", _text(namespace), _text(key), value, _nanoseconds(expires_in))

    def delete(self, namespace: str, key: str) -> bool:
        """Deletes `key`; false where there was none."""
        return _ask("memory.delete", _text(namespace), _text(key))

    def keys(self, namespace: str, prefix: str = "") -> Iterator[str]:
        """The keys that begin with `prefix`, in order. They are asked for page by page."""
        return _pages(namespace, prefix, _page(namespace, prefix, None))

    def compare_and_set(self, namespace: str, key: str, expected: Any, value: Any) -> bool:
        """Sets `key` to `value` if it now holds `expected`, or `ABSENT`: if it is
        absent. False where it holds something else.

            before = flow.memory.get("orders", "count", flow.ABSENT)
            after = 1 if before is flow.ABSENT else before + 1
            flow.memory.compare_and_set("orders", "count", before, after)
        """
        held = [] if expected is ABSENT else [expected]
        return _ask("memory.compare-and-set", _text(namespace), _text(key), held, value)


memory: Final = Memory()


def call(agent: str, value: Any) -> Any:
    """Hands a record to the agent of that name and returns its answer; a list where it
    gives several records, or none.

    Raises `RefusedError` where the agent was not granted, and `CallError` with its words
    where it answers with an error.
    """
    return _ask("peers.call", _text(agent), value)


def _page(namespace: str, prefix: str, cursor: str | None) -> dict[str, Any]:
    return _ask("memory.list-keys", _text(namespace), _text(prefix), cursor)


def _pages(namespace: str, prefix: str, page: dict[str, Any]) -> Iterator[str]:
    yield from page["keys"]
    while (cursor := page["cursor"]) is not None:
        page = _page(namespace, prefix, cursor)
        yield from page["keys"]


def _text(name: Any) -> str:
    if not isinstance(name, str):
        raise TypeError(f"namespaces, keys and agents are named by a str, not {type(name).__name__}")
    return name


def _nanoseconds(span: timedelta | float | None) -> int | None:
    if span is None:
        return None
    if isinstance(span, timedelta):
        nanoseconds = span // timedelta(microseconds=1) * 1000
    elif math.isfinite(span):
        nanoseconds = round(span * 1_000_000_000)
    else:
        raise ValueError(f"a value cannot expire in {span} seconds")
    if nanoseconds < 0:
        raise ValueError("a value cannot expire in the past")
    if nanoseconds >= 1 << 64:
        raise ValueError("a value expires in 584 years at most")
    return nanoseconds
