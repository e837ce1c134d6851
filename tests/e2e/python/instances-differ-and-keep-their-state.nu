# needs: pyodide
use std/assert
use ../../assertions.nu *

install python

"import random, uuid, time
seen = 0

def handle(record):
    global seen
    seen += 1
    return {'seen': seen, 'random': random.random(), 'uuid': str(uuid.uuid4())}
" | save state.py
assert equal (1..3 | flow run state.py | get seen) [1 2 3]
let alone = 1..3 | flow run state.py --isolate
assert equal ($alone | get seen) [1 1 1]
assert equal ($alone | get random | uniq | length) 3
assert equal ($alone | get uuid | uniq | length) 3

"async def handle(record):
    import asyncio
    await asyncio.sleep(0.001)
    return record * 2
" | save later.py
assert equal ([1 2] | flow run later.py) [2 4]
