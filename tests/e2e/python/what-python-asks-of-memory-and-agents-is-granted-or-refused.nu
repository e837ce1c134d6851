# needs: pyodide
use std/assert
use ../../assertions.nu *

install python

# What was not granted is an exception of its own, and the agent goes on.
"import flow

ASKED = {
    'get': lambda: flow.memory.get('orders', 'last'),
    'set': lambda: flow.memory.set('orders', 'last', {'at': b'1'}, expires_in=1.5),
    'delete': lambda: flow.memory.delete('orders', 'last'),
    'keys': lambda: flow.memory.keys('orders', 'a/'),
    'compare': lambda: flow.memory.compare_and_set('orders', 'last', flow.ABSENT, 1),
    'call': lambda: flow.call('tokenize', {'text': 'a b'}),
}

def handle(record):
    try:
        ASKED[record]()
    except flow.RefusedError as error:
        return {'asked': record, 'is': isinstance(error, PermissionError), 'says': str(error)}
" | save refused.py
let asked = [get set delete keys compare call]
let refused = $asked | flow run refused.py
assert equal ($refused | get asked) $asked
assert ($refused | get is | all {})
for row in $refused {
    assert ($row.says | str starts-with "not granted") $row.says
    assert ($row.says has (if $row.asked == call { "tokenize" } else { "orders" })) $row.says
}

# What cannot be asked is said before anybody is asked.
"import flow, datetime

ASKED = {
    'name': lambda: flow.memory.get(7, 'last'),
    'past': lambda: flow.memory.set('orders', 'last', 1, datetime.timedelta(seconds=-1)),
    'late': lambda: flow.memory.set('orders', 'last', 1, 1e12),
    'form': lambda: flow.memory.set('orders', 'last', {'a': [1, 2j]}),
    'many': lambda: flow.memory.set('orders', 'last', flow.many(1, 2)),
    'itself': lambda: flow.call('tokenize', flow.ABSENT),
}

def handle(record):
    try:
        ASKED[record]()
    except Exception as error:
        return f'{type(error).__name__}: {error}'
" | save asked.py
let said = [name past late form many itself] | flow run asked.py
$said.0 | assert contains "TypeError: namespaces, keys and agents are named by a str, not int"
$said.1 | assert contains "ValueError: a value cannot expire in the past"
$said.2 | assert contains "ValueError: a value expires in 584 years at most"
$said.3 | assert contains "TypeError: the value is not JSON at `a.1`: a complex has no form in JSON"
$said.4 | assert contains "TypeError: the value is not JSON: `many` is for the whole result"
$said.5 | assert contains "TypeError: the value is not JSON: a Absent has no form in JSON"

# Nobody who catches it: the agent's own line is in the error.
"import flow
def handle(record):
    return flow.memory.get('orders', record)
" | save uncaught.py
let uncaught = [last] | flow run uncaught.py | outcomes
$uncaught.0.failed | assert contains "flow.RefusedError: not granted"
$uncaught.0.failed | assert contains "line 3"
