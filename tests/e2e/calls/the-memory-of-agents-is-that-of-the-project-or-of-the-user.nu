# needs: engine:javascript
use std/assert
use ../../assertions.nu *
use ../../calls.nu *

"import { memory } from 'flow';
export default async (key) => { await memory.set('log', key, true); return [...(await memory.keys('log'))]; };" | save write.js
let agent = $env.PWD | path join write.js

# Outside of projects there is one for all.
$env.FLOW_DATA_DIR = $env.PWD | path join data
mkdir outside project/.git project/deep/er
cd outside
assert equal ([a] | flow run $agent --allow-memory log) [[a]]
cd ..
assert ("data/memory.db" | path exists)

# In a project it is the project's, from wherever within.
cd project/deep/er
assert equal ([b] | flow run $agent --allow-memory log) [[b]]
cd ..
assert equal ([c] | flow run $agent --allow-memory log) [[b c]]
cd ..
assert equal (stored log) { b: true, c: true }
assert equal (ls --all .flow | get name | path basename | where $it !~ 'memory.db') [.gitignore]
assert not ("deep/.flow" | path exists)

# One who is granted nothing makes no file.
cd ..
mkdir other/.git
cd other
"export default (n) => n;" | save echo.js
assert equal ([1] | flow run echo.js) [1]
"import { memory } from 'flow';\nexport default async (key) => (await memory.get('log', key)) ?? 'absent';" | save read.js
assert equal ([b] | flow run read.js --allow-memory log:ro) [absent]
assert not (".flow/memory.db" | path exists)
