# needs: engine:javascript, pyodide
use std/assert
use ../../assertions.nu *
use ../../calls.nu *

install python
make agent c/main.js "export default (n) => { throw new RangeError(`no ${n} is left`); };"
make agent b/main.py "import flow

def handle(n):
    return flow.call('c', n)
" "[permissions]\nagents = [\"../c\"]"
"import { call } from 'flow';
export default (n) => call('b', n);" | save a.js

let error = failure {|| ["tea"] | flow run a.js --allow-agent ./b }
assert equal $error.code "flow::agent::error"
assert ($error.msg =~ '(?s)CallError: b: .*c: .*RangeError: no tea is left') $error.msg
# Each says where it happened in its own file.
for place in ["main.js:1:" "main.py" "a.js:2:"] { $error.msg | assert contains $place }
