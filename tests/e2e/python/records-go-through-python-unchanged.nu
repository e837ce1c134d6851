# needs: pyodide
use std/assert
use ../../assertions.nu *

install python

"def handle(record):
    return record
" | save echo.py
let values = [
    0 -1 9007199254740993 9223372036854775807 -9223372036854775808
    1.5 -0.25 1e300
    "" "ä€🐕" "line\nfeed" "quote \" and \\"
    true false
    [] [1 [2 [3]]] {} { a: 1, b: { c: [null] }, "with space": "x" }
]
for value in $values {
    let result = [$value] | flow run echo.py
    assert equal $result [$value]
    assert equal ($result.0 | describe) ($value | describe)
}
assert equal (1..1000 | flow run echo.py | math sum) 500500
assert equal ([] | flow run echo.py) []

"import datetime
import flow

def handle(record):
    if record == 0:
        return None
    if record == 1:
        return flow.many('a', None)
    return {
        'at': datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC),
        'took': datetime.timedelta(seconds=1.5),
        'size': flow.Filesize(2000),
        'bytes': b'ab',
    }
" | save many.py
assert equal ([0 1] | flow run many.py) [a null]
let cells = [2] | flow run many.py | first
assert equal $cells.at 2026-01-02T03:04:05+00:00
assert equal $cells.took 1500ms
assert equal $cells.size 2kb
assert equal $cells.bytes 0x[61 62]

# Values that JSON lacks come in as Python's own where they are asked for.
"def handle(record):
    return [f'{type(value).__module__}.{type(value).__name__}' for value in record.values()]
" | save kinds.py
let kinds = [{ at: 2026-01-02T03:04:05+00:00, took: 1500ms, size: 2kb, bytes: 0x[61] }] | flow run kinds.py --typed
assert equal $kinds.0 [datetime.datetime datetime.timedelta flow.Filesize builtins.bytes]
assert equal ([[a b]; [1 {x: 2kb}]] | flow run echo.py --typed | get 0.b.x) 2kb
