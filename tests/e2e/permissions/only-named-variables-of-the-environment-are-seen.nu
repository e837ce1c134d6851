use std/assert
use ../../assertions.nu *

$env.FLOW_TEST_OPEN = "yes"
$env.FLOW_TEST_SECRET = "hush"
let seen = flow run (guest commands/reads-environment) --allow-env FLOW_TEST_OPEN --output text | collect
$seen | assert contains "FLOW_TEST_OPEN=yes"
assert (not ($seen has "SECRET")) $seen
assert (not ($seen has "PATH=")) $seen
