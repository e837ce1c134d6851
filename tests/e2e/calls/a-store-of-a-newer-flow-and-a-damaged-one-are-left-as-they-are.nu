# needs: engine:javascript
use std/assert
use ../../assertions.nu *

"import { memory } from 'flow';
export default async (n) => { await memory.set('log', 'n', n); return await memory.get('log', 'n'); };" | save ($env.PWD | path join write.js)
let agent = $env.PWD | path join write.js
def digest []: nothing -> string { open --raw .flow/memory.db | into binary | hash sha256 }

# One that a newer flow wrote.
mkdir newer/.flow
cd newer
assert equal ([1] | flow run $agent --allow-memory log) [1]
open .flow/memory.db | query db "PRAGMA user_version = 999" | ignore
open .flow/memory.db | query db "PRAGMA wal_checkpoint(TRUNCATE)" | ignore
let before = digest
let error = failure {|| [2] | flow run $agent --allow-memory log } | to json
for part in ["the memory was written by a newer flow" "has schema 999" "update flow"] { $error | assert contains $part }
assert equal (digest) $before
assert equal (open .flow/memory.db | query db "select value from memory" | get value) ["1"]
cd ..

# One that is no database at all, one that is damaged inside, and one of another program.
mkdir damaged/.flow
cd damaged
assert equal ([1] | flow run $agent --allow-memory log) [1]
open .flow/memory.db | query db "PRAGMA wal_checkpoint(TRUNCATE)" | ignore
let whole = open --raw .flow/memory.db | into binary
let header = $whole | bytes at 0..99
let noise = 1..(($whole | length) - 100) | each { "x" } | str join | into binary
for bytes in [("not a database, whatever it is called" | into binary) ([$header $noise] | bytes collect)] {
    rm --force .flow/memory.db .flow/memory.db-wal .flow/memory.db-shm
    $bytes | save --raw .flow/memory.db
    let error = failure {|| [2] | flow run $agent --allow-memory log } | to json
    for part in ["the memory is damaged" "memory.db" "flow left it as it is"] { $error | assert contains $part }
    assert equal (open --raw .flow/memory.db | into binary) $bytes
}
rm --force .flow/memory.db .flow/memory.db-wal .flow/memory.db-shm
[[name]; [mine]] | into sqlite .flow/memory.db
let before = digest
failure {|| [2] | flow run $agent --allow-memory log } | to json | assert contains "not a memory of flow"
assert equal (digest) $before
# Once it is out of the way there is a new one.
rm .flow/memory.db
assert equal ([3] | flow run $agent --allow-memory log) [3]
