use std/assert
use ../../assertions.nu *

let error = failure {|| flow call (guest rust/typed) first } | to json
$error | assert contains "flow::call::unsupported"
$error | assert contains "flow:tests/desk@0.1.0#ticket"
