use std/assert
use ../../assertions.nu *

mkdir inside
"inner" | save inside/inner.txt
"outer" | save outer.txt
ln -s ../outer.txt inside/link
ln -s .. inside/up
ln -s inner.txt inside/fine
let outer = $env.PWD | path join outer.txt
let reader = guest commands/reads-path
def read [path: string] { flow run (guest commands/reads-path) --allow-dir ./inside:ro --output text -- $path | collect }

assert equal (read inner.txt) inner
assert equal (read fine) inner
for path in [../outer.txt $outer link up/outer.txt ./../outer.txt inner.txt/../../outer.txt /etc/passwd] {
    assert fails "flow::agent::status" {|| read $path }
}
