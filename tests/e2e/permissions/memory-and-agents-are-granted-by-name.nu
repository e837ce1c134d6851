# needs: engine:javascript
use std/assert
use ../../assertions.nu *
use ../../calls.nu *

mkdir .flow
make agent read/main.js "import { call, memory } from 'flow';
export default async ([what, namespace]) => {
  switch (what) {
    case 'get': return (await memory.get(namespace, 'k')) ?? 'absent';
    case 'set': await memory.set(namespace, 'k', 1); return 'set';
    case 'cas': return await memory.compareAndSet(namespace, 'k', undefined, 1);
    case 'delete': return await memory.delete(namespace, 'k');
    case 'keys': return [...(await memory.keys(namespace))];
    case 'call': return await call(namespace, 1);
  }
};" "[permissions]\nmemory = [\"orders:ro\", \"shop/eu\"]\nagents = [\"../words\"]"
make agent words/main.js "export default (n) => n + 1;"
def read [what: string, namespace: string, memory: list<string> = [], agents: list<string> = []]: nothing -> any {
    [[$what $namespace]] | flow run read --allow-memory $memory --allow-agent $agents | first
}

# The manifest's grants, and none beyond: a name is not that of its folder above.
assert equal (read get orders) absent
assert equal (read keys orders) []
assert equal (read set "shop/eu") set
assert equal (read call words) 2
for what in [set cas delete] {
    let error = failure {|| read $what orders }
    $error.msg | assert contains "not granted: writing the memory `orders`"
    $error.help | assert contains "--allow-memory orders`"
    $error.help | assert contains 'memory = ["orders"]'
}
for namespace in [shop "shop/e" "shop/eu/x" ORDERS order] {
    failure {|| read get $namespace } | get msg | assert contains $"not granted: reading the memory `($namespace)`"
}

# A flag adds to them.
assert equal (read set orders [orders]) set
assert equal (read get prices [prices:ro orders:rw]) absent
assert equal (read call others [] [others=./words]) 2
assert equal (read call words [prices] [others=./words]) 2
failure {|| read call others } | get help | assert contains "--allow-agent others"

# What does not parse is an error with its place.
for bad in ["orders:wo" "two words" "" ":ro" "a:b:ro"] {
    let error = failure {|| read get orders [$bad] }
    assert equal $error.code "flow::permissions::memory"
    assert equal ($error.labels | get text) ["this permission"]
}
for bad in ["=words" "words=" ""] {
    let error = failure {|| read call words [] [$bad] }
    assert equal $error.code "flow::permissions::agents"
}
for line in ['memory = ["orders:wo"]' 'memory = "orders"' 'agents = ["=x"]'] {
    make agent wrong/main.js "export default (n) => n;" $"[permissions]\n($line)"
    failure {|| [1] | flow run wrong } | to json | assert contains "agent.toml:5:"
}
