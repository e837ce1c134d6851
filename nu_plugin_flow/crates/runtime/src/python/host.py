"""What leaves the interpreter: questions to the durable memory, calls of other agents.

The host takes a JSON list of arguments and answers JSON, or nothing at all where a key
is absent: see `host.rs`.
"""

import flow
from _flow_values import decode, encode_arguments
from _pyodide_wasmtime import HostError, NoHostError, call_host, hidden

hidden.update((__file__, flow.__file__))
_unavailable = flow._ask


def _ask(name, *arguments):
    payload = encode_arguments(arguments)
    try:
        answer = call_host(name, payload)
    except NoHostError:
        # While a snapshot is taken.
        return _unavailable(name)
    except HostError as error:
        text = str(error)
    else:
        return decode(answer) if answer else flow.ABSENT
    if text.startswith("not granted"):
        raise flow.RefusedError(text)
    raise flow.CallError(text)


flow._ask = _ask
