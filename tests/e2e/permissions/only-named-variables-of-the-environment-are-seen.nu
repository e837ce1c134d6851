use std/assert
use ../../assertions.nu *

$env.FLOW_TEST_OPEN = "yes"
$env.FLOW_TEST_SECRET = "hush"
let seen = flow run (guest commands/reads-environment) --allow-env FLOW_TEST_OPEN --output text | collect
$seen | assert contains "FLOW_TEST_OPEN=yes"
assert (not ($seen has "SECRET")) $seen
assert (not ($seen has "PATH=")) $seen

# Several are a list, or the flag several times.
$env.FLOW_TEST_THIRD = "too"
let listed = flow run (guest commands/reads-environment) --allow-env [FLOW_TEST_OPEN FLOW_TEST_THIRD] --output text | collect
let repeated = flow run (guest commands/reads-environment) --allow-env FLOW_TEST_OPEN --allow-env FLOW_TEST_THIRD --output text | collect
for seen in [$listed $repeated] {
    $seen | assert contains "FLOW_TEST_OPEN=yes"
    $seen | assert contains "FLOW_TEST_THIRD=too"
}
