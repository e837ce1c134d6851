"""Values between Python and JSON: records, results, and what the host is asked."""

import base64
import dataclasses
import datetime
import decimal
import enum
import json
import math
import pathlib
import uuid

import flow

_MINUTE = datetime.timedelta(minutes=1)
_MICROSECOND = datetime.timedelta(microseconds=1)


class _Refused(Exception):
    """A value that is not JSON; says which type."""


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


def decode(text):
    """The value of JSON text, which is `bytes`."""
    # Only text with tagged values has this in it.
    return _tagged(text.decode()) if b'"$' in text else json.loads(text)


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


def encode(answer):
    """JSON text of what a handler returned, as `bytes`."""
    emit = isinstance(answer, flow.Many)
    if emit:
        answer = {"$emit": answer.records}
    try:
        if not flow.Filesize.used:
            return _fast(answer).encode()
    except (TypeError, ValueError, RecursionError, _Refused):
        # The slow way knows numbers that JSON has not, and where it went wrong.
        pass
    return _fast(_walk(answer, [], set(), "the result")).encode()


def encode_arguments(arguments):
    """The same for what a call of the host takes, a list."""
    try:
        if not flow.Filesize.used:
            return _fast(arguments).encode()
    except (TypeError, ValueError, RecursionError, _Refused):
        pass
    walked = [_walk(argument, [], set(), "the value") for argument in arguments]
    return _fast(walked).encode()


def _walk(value, path, above, what):
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
        raise ValueError(f"{what} contains itself{_at(path)}")
    above.add(id(value))
    try:
        if isinstance(value, dict):
            return {
                _key(key): _walk(item, [*path, key], above, what) for key, item in value.items()
            }
        if isinstance(value, (list, tuple)):
            return [_walk(item, [*path, number], above, what) for number, item in enumerate(value)]
        return _walk(_plain(value), path, above, what)
    except _Refused as error:
        raise TypeError(f"{what} is not JSON{_at(path)}: {error}") from None
    finally:
        above.discard(id(value))


def _key(key):
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
            return _key(key.value)
    raise _Refused(f"a {type(key).__name__} cannot be the name of a column")


def _at(path):
    parts = [str(part) for part in path]
    if parts[:1] == ["$emit"]:
        del parts[0]
    return f" at `{'.'.join(parts)}`" if parts else ""
