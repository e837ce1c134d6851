use std/assert
use ../../assertions.nu *

"secret" | save secret.txt
load-env { FLOW_TEST_SECRET: "hush" }
assert survives {||
    assert fails "--allow-dir" {|| flow run (guest commands/reads-path) --output text -- secret.txt }
    assert equal (flow run (guest commands/reads-environment) --output text | collect | default "") ""
}
