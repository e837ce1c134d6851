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
"raise ValueError('no way')
" | save raises.py
let raised = assert fails "flow::agent::status" { flow run raises.py --output json | collect }
$raised | assert contains "raise ValueError('no way')"
assert ($raised not-has "allow-dir") "nothing was refused"
"import os
os.listdir('data')
for number in range(1_000_000_000):
    print(number)
" | save endless.py
mkdir data
assert equal (flow run endless.py --output json --allow-dir ./data:ro | first 3) [0 1 2]
"one" | save data/in.txt
"import json
print(json.dumps(open('data/in.txt').read()))
open('data/out.txt', 'w')
" | save files.py
assert fails "flow::agent::status" { flow run files.py --output json --allow-dir ./data:ro | collect } | assert contains "data:rw"
assert equal (flow run files.py --output json --allow-dir ./data:rw) [one]
assert ("data/out.txt" | path exists)

# A data base in a granted directory, and the rules of time zones.
"import json, sqlite3, zoneinfo, datetime
with sqlite3.connect('data/shop.sqlite') as shop:
    shop.execute('create table if not exists orders (id integer)')
    shop.execute('insert into orders values (1)')
    count = shop.execute('select count(*) from orders').fetchone()[0]
zone = zoneinfo.ZoneInfo('Europe/Berlin')
print(json.dumps([count, datetime.datetime(2026, 7, 1, tzinfo=zone).isoformat()]))
" | save base.py
for count in 1..2 {
    assert equal (flow run base.py --output json --allow-dir ./data:rw) [[$count "2026-07-01T00:00:00+02:00"]]
}
assert equal (open data/shop.sqlite | query db "select count(*) as n from orders" | get 0.n) 2
