# needs: engine:javascript
use std/assert
use ../../assertions.nu *
use ../../calls.nu *

def calls [next: string]: nothing -> string {
    "import { call } from 'flow';\nexport default async (n) => ({ through: await call('NEXT', n) });\n" | str replace NEXT $next
}
def may-call [grant: string]: nothing -> string { $"[permissions]\nagents = [\"($grant)\"]" }

make agent a/main.js (calls b) (may-call "../b")
make agent b/main.js (calls a) (may-call "../a")
let error = assert fails "flow::agent::error" {|| [1] | flow run a }
$error | assert contains "b: "
$error | assert contains "a cycle of calls: a → b → a"

# Seen from the other, and from outside the cycle.
assert fails "flow::agent::error" {|| [1] | flow run b } | assert contains "a cycle of calls: b → a → b"
calls a | save outside.js
assert fails "flow::agent::error" {|| [1] | flow run outside.js --allow-agent ./a } | assert contains "a cycle of calls: outside → a → b → a"

# One that calls itself, under whatever name.
make agent self/main.js (calls another) (may-call "another=../self")
assert fails "flow::agent::error" {|| [1] | flow run self } | assert contains "a cycle of calls: self → another"

# It is an error as others are: who catches it goes on.
make agent catches/main.js "import { call } from 'flow';
export default async (n) => {
  try { return await call('back', n); } catch (error) { return error.message.includes('a cycle of calls'); }
};" (may-call "back=../back")
make agent back/main.js (calls catches) (may-call "../catches")
assert equal ([1 2] | flow run catches) [true true]

# Two ways to one agent are no cycle.
make agent end/main.js "export default (n) => n + 1;"
make agent left/main.js (calls end) (may-call "../end")
make agent right/main.js (calls end) (may-call "../end")
"import { call } from 'flow';
export default async (n) => [await call('left', n), await call('right', n), await call('end', n)];" | save fork.js
assert equal ([1] | flow run fork.js --allow-agent [./left ./right ./end]) [[{ through: 2 } { through: 2 } 2]]
