# needs: pyodide
use std/assert
use ../../assertions.nu *

install python

"import json, sys
for line in sys.stdin:
    print(json.dumps({'n': json.loads(line)['id'] * 2, 'arguments': sys.argv[1:]}))
" | save double.py
assert equal ([[id]; [1] [2]] | flow run double.py -- a b) [
    [n arguments]; [2 [a b]] [4 [a b]]
]
"import sys
print('gone wrong', file=sys.stderr)
sys.exit(3)
" | save ends.py
assert fails "flow::agent::status" { flow run ends.py --output json | collect } | assert contains "status 3"
mkdir data
"one" | save data/in.txt
"import json
print(json.dumps(open('data/in.txt').read()))
open('data/out.txt', 'w')
" | save files.py
assert fails "flow::agent::status" { flow run files.py --output json --allow-dir ./data:ro | collect } | assert contains "data:rw"
assert equal (flow run files.py --output json --allow-dir ./data:rw) [one]
assert ("data/out.txt" | path exists)
