# needs: pyodide
use std/assert
use ../../assertions.nu *

install python

"def handle(record):
    if record == 2:
        raise ValueError('no two')
    while record == 3:
        pass
    if record == 4:
        return {'a': [1, 2j]}
    if record == 5:
        return handle(record)
    if record == 6:
        return len(bytearray(1 << 30))
    if record == 7:
        open('/etc/passwd')
    if record == 8:
        import nothing_of_that_name
    return record
" | save bad.py
let results = [1 2 3 4 5 6 7 8 9] | flow run bad.py --timeout 2sec --memory 100mb | outcomes
assert equal $results.0 1
$results.1.failed | assert contains "ValueError: no two"
$results.1.failed | assert contains "bad.py"
$results.1.failed | assert contains "line 3"
$results.2.failed | assert contains "flow::agent::timeout"
$results.3.failed | assert contains "`a.1`"
$results.3.failed | assert contains "complex"
$results.4.failed | assert contains "RecursionError"
$results.5.failed | assert contains "MemoryError"
$results.5.failed | assert contains "--memory"
$results.6.failed | assert contains "PermissionError"
$results.6.failed | assert contains "--allow-dir /etc:ro"
$results.7.failed | assert contains "nothing_of_that_name"
assert equal $results.8 9

"def handle(record)
    pass
" | save syntax.py
assert fails "flow::build::compile" { [1] | flow run syntax.py } | assert contains "syntax.py:1:19"
"handle = 3
" | save number.py
assert fails "flow::agent::error" { [1] | flow run number.py | get 0 } | assert contains "not a function"

"def handle(record):
    return record
" | save small.py
assert fails "flow::agent::memory" { [1] | flow run small.py --memory 1mb | get 0 } | assert contains "--memory"
