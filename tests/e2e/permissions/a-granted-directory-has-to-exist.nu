use std/assert
use ../../assertions.nu *

let error = failure {|| flow run (guest commands/reads-path) --allow-dir ./nowhere:ro -- x } | to json
$error | assert contains "nowhere"
