# needs: pyodide
use std/assert
use ../../assertions.nu *
use ../../calls.nu *

install python
mkdir stock

'[agent]
language = "python"

[signature]
input = "record<sku: string, since: datetime>"
output = "record<since: datetime, size: filesize, waits: duration>"
' | save stock/agent.toml
"def handle(question):
    since = question['since']
    if question['sku'] == 'lost':
        return {'since': since, 'size': 'large', 'waits': 1}
    return {'since': since.isoformat(), 'size': 1500, 'waits': 60_000_000_000}
" | save stock/main.py
"import flow

def handle(question):
    answer = flow.call('stock', question)
    return {name: type(value).__name__ for name, value in answer.items()}
" | save ask.py

def asks []: list -> list { flow run ask.py --allow-agent ./stock | outcomes }

# A text that is a datetime becomes one on the way in, and numbers what they stand for
# on the way out: as at the ends of a pipeline.
let found = [{ sku: tea, since: "2026-01-02T03:04:05Z" }] | asks
assert equal $found.0 { since: datetime, size: Filesize, waits: timedelta }

# What does not fit is the caller's error, with its path.
let wrong = [{ sku: 7, since: "2026-01-02T03:04:05Z" } { sku: lost, since: "2026-01-02T03:04:05Z" }] | asks
$wrong.0.failed | assert contains "stock: this does not fit its signature"
$wrong.0.failed | assert contains "sku"
$wrong.1.failed | assert contains "stock: its answer does not fit its signature"
$wrong.1.failed | assert contains "size"
