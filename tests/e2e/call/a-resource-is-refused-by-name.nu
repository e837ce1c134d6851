use std/assert
use ../../assertions.nu *

failure {|| flow call (guest rust/typed) first } | to json | assert contains "ticket"
