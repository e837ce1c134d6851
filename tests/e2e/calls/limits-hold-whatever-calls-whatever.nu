# needs: engine:javascript, engine:nushell, pyodide
use std/assert
use ../../assertions.nu *
use ../../calls.nu *

install python

# Each loops on 0, and refuses 9; once with a limit of its own, once without.
let sources = {
    js: "export default (n) => { while (n === 0) {} if (n === 9) throw new Error('no nine'); return n; };"
    py: "def handle(n):\n    while n == 0:\n        pass\n    if n == 9:\n        raise ValueError('no nine')\n    return n\n"
    nu: "def handle [n: int] { while $n == 0 { }; if $n == 9 { error make --unspanned { msg: 'no nine' } }; $n }"
}
for source in ($sources | transpose extension text) {
    make agent $"limited-($source.extension)/main.($source.extension)" $source.text "[limits]\ntimeout = \"300ms\""
    make agent $"endless-($source.extension)/main.($source.extension)" $source.text "[limits]\ntimeout = \"1min\""
}
"import { call } from 'flow';
export default async ({ to, n }) => { try { return await call(to, n); } catch (error) { return `caught ${error.message}`; } };" | save ask.js
"import flow

def handle(record):
    try:
        return flow.call(record['to'], record['n'])
    except flow.CallError as error:
        return f'caught {error}'
" | save ask.py
"def handle [record: record] { try { $record.n | flow call $record.to } catch {|error| $'caught ($error.msg)' } }" | save ask.nu

assert survives {||
    for caller in [ask.js ask.py ask.nu] {
        for extension in [js py nu] {
            let limited = $"limited-($extension)"
            let results = [1 0 2 9 3] | each {|n| { to: $limited, n: $n } }
            | flow run $caller --allow-agent $"./($limited)" --timeout 20sec
            assert equal ($results | select 0 2 4) [1 2 3] $"($caller) calls ($limited)"
            $results.1 | assert contains $"caught ($limited): the agent was stopped after its timeout of 300ms"
            $results.3 | assert contains $"caught ($limited): "
            $results.3 | assert contains "no nine"

            let endless = $"endless-($extension)"
            let results = [1 0 2] | each {|n| { to: $endless, n: $n } }
            | flow run $caller --allow-agent $"./($endless)" --timeout 800ms | outcomes
            assert equal [$results.0 $results.2] [1 2] $"($caller) calls ($endless)"
            $results.1.failed | assert contains $"after its timeout of 800ms, while it called `($endless)`"
        }
    }
}
