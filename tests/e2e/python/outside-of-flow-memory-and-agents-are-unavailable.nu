# needs: python3
use std/assert
use ../../assertions.nu *

# A person's own Python, with the file that `flow new` writes for tests.
"import flow

def unavailable(act):
    try:
        act()
    except flow.UnavailableError as error:
        return str(error)

assert unavailable(lambda: flow.memory.get('orders', 'last')) == 'durable memory exists only inside flow'
assert unavailable(lambda: flow.memory.set('orders', 'last', 1, expires_in=60)) == 'durable memory exists only inside flow'
assert unavailable(lambda: flow.memory.keys('orders')) == 'durable memory exists only inside flow'
assert unavailable(lambda: flow.call('tokenize', 1)) == 'other agents can be called only inside flow'
assert not flow.ABSENT and flow.ABSENT is not None
print('passed')
" | save check.py
let sdk = $env.FLOW_TESTS | path join ../wasm-toolchains/python/sdk
let ran = with-env { PYTHONPATH: $sdk, PYTHONDONTWRITEBYTECODE: "1" } { ^python3 check.py | complete }
assert equal ($ran | select exit_code stdout stderr) { exit_code: 0, stdout: "passed\n", stderr: "" }
