# needs: engine:javascript
use std/assert
use ../../assertions.nu *

let count = $"count=(guest handlers/counts-to-a-trap)"
"import { call } from 'flow';\nexport default (record) => call('count', record);" | save ask.js

assert equal (1..5 | flow run ask.js --allow-agent $count) [1 2 3 4 5]
assert equal (1..3 | flow run ask.js --allow-agent $count --isolate) [1 1 1]
# Two names are two instances.
"import { call } from 'flow';\nexport default async (record) => [await call('count', record), await call('again', record)];" | save twice.js
let again = $count | str replace "count=" "again="
assert equal (1..2 | flow run twice.js --allow-agent [$count $again]) [[1 1] [2 2]]
# Each job has its own: together they have seen every record once.
let seen = 1..8 | flow run ask.js --allow-agent $count --jobs 2
assert equal ($seen | length) 8
assert (($seen | where $it == 1 | length) in [1 2]) $"two instances at most began: ($seen)"
