use std/assert
use ../../assertions.nu *

assert fails "flow::call::module" {|| flow call (guest commands/echo) _start } | assert contains "flow run"
