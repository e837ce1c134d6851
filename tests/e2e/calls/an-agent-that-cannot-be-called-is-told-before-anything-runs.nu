# needs: engine:javascript
use std/assert
use ../../assertions.nu *
use ../../calls.nu *

mkdir .flow
let caller = "import { memory } from 'flow';\nexport default async (n) => { await memory.set('log', 'ran', n); return n; };"
$caller | save ask.js
"console.log(1);" | save program.js
"export default (n) => {" | save broken.js
"export default (n) => n;" | save words.js
let typed = guest rust/typed | path expand

let cases = [
    [agent, code, says];
    [./nowhere.js, "flow::", "nowhere.js"]
    [wrods, "flow::", "wrods"]
    [./program.js, "flow::permissions::callee", "it has no `handle` that could be called"]
    [./broken.js, "flow::build::compile", "broken.js:1:"]
    [./notes.txt, "flow::", "notes.txt"]
    [$"shop=($typed)", "flow::permissions::callee", "it has no `handle` that could be called"]
]
"nothing" | save notes.txt
for case in $cases {
    let error = failure {|| [1] | flow run ask.js --allow-memory log --allow-agent $case.agent }
    $error.msg | assert contains "`ask` cannot call `"
    $error | to json | assert contains $case.code
    $error | to json | assert contains $case.says
    assert equal ($error.labels | get text) ["this agent"]
}
# The label is on the one of several that cannot be called.
let error = failure {|| [1] | flow run ask.js --allow-agent [./words.js ./nowhere.js] }
assert equal (view span $error.labels.0.span.start $error.labels.0.span.end) "./nowhere.js"

# The same in a manifest, of the agent itself and of one that it may call.
make agent main/main.js $caller "[permissions]\nmemory = [\"log\"]\nagents = [\"../nowhere\"]"
make agent outer/main.js $caller "[permissions]\nmemory = [\"log\"]\nagents = [\"../main\"]"
for error in [(failure {|| [1] | flow run main }) (failure {|| [1] | flow run outer })] {
    $error.msg | assert contains "`main` cannot call `nowhere`"
    assert equal ($error.labels | get text) ["this agent may call it"]
    assert ((view span $error.labels.0.span.start $error.labels.0.span.end) in [main outer]) "the label is on the agent that was to run"
}
assert equal (stored log) {}
