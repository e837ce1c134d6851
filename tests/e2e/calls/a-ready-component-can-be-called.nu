# needs: engine:javascript
use std/assert
use ../../assertions.nu *

"import { call } from 'flow';
export default async ([agent, record]) => {
  try { return { answer: await call(agent, record) }; } catch (error) { return { error: error.message }; }
};" | save ask.js
let agents = [echo refuses answers-no-json answers-invalid-utf8 traps recurses lies-about-length] | each {|name| guest $"handlers/($name)" }

def ask [agent: string, record: any]: nothing -> record {
    let agents = [echo refuses answers-no-json answers-invalid-utf8 traps recurses lies-about-length] | each {|name| guest $"handlers/($name)" }
    [[$agent $record]] | flow run ask.js --allow-agent $agents | first
}
for record in [null 1 "text" [1 [2]] { a: { b: [null] } } { "$emit": 1 }] {
    assert equal (ask echo { record: $record }) { answer: { record: $record } }
}
assert equal (ask refuses 1) { error: "refuses: no order without a customer" }
assert survives {||
    for hostile in [answers-no-json answers-invalid-utf8 traps recurses lies-about-length] {
        let answered = ask $hostile { a: 1 }
        assert ("error" in $answered) $"($hostile) answered ($answered | to nuon)"
        $answered.error | assert contains $"($hostile): "
    }
}
