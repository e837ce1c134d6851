"""What an agent for flow may import as `flow`.

An agent is a function `handle(record)`. Records are dicts, lists, str, int, float,
bool and None; what JSON lacks travels as `datetime.datetime`, `datetime.timedelta`,
`bytes` and `Filesize`, both ways. What `handle` returns decides what leaves:

    a value             one record
    None                nothing: the record is dropped
    many(a, b)          each as a record
    an exception        an error value, with the traceback

`print` writes to the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

__all__ = ["Filesize", "Many", "many"]


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
