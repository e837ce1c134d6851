use std/assert
use ../../assertions.nu *

assert equal ({ a: 1 } | flow run (guest handlers/echo)) { a: 1 }
