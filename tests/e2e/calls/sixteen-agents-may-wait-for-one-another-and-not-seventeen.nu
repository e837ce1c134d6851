# needs: engine:javascript
use std/assert
use ../../assertions.nu *
use ../../calls.nu *

let source = "import { call } from 'flow';
export default async (depth) => (depth <= 1 ? 1 : 1 + (await call('next', depth - 1)));"
for n in 1..16 {
    make agent $"step-($n)/main.js" $source $"[permissions]\nagents = [\"next=../step-($n + 1)\"]"
}
make agent step-17/main.js $source

let results = [16 17 16] | flow run step-1 | outcomes
assert equal [$results.0 $results.2] [16 16]
$results.1.failed | assert contains "too many calls in each other: step-1 → step-2 → step-3"
$results.1.failed | assert contains "→ next"
$results.1.failed | assert contains "16 agents"
