use std/assert
use ../../assertions.nu *

mkdir inside
def create [grant: string, path: string] { flow run (guest commands/creates-path) --allow-dir $grant --output text -- $path | collect }

let error = assert fails "flow::agent::status" {|| create ./inside:ro new.txt }
assert (not ("inside/new.txt" | path exists))
create ./inside:rw new.txt
assert ("inside/new.txt" | path exists)
ln -s .. inside/up
for path in [../new.txt up/new.txt ($env.PWD | path join new.txt)] {
    assert fails "flow::agent::status" {|| create ./inside:rw $path }
}
assert (not ("new.txt" | path exists))
