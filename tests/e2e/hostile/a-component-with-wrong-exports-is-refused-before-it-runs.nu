use std/assert
use ../../assertions.nu *

assert survives {||
    assert fails "flow::runtime::export" {|| [1] | flow run (guest components/exports-another-handle) }
    assert fails "flow::runtime::export" {|| [1] | flow run (guest components/exports-an-empty-handler) }
    assert fails "flow::runtime::export" {|| [1] | flow run (guest components/exports-nothing) }
    let error = assert fails "flow::runtime::import" {|| [1] | flow run (guest components/imports-the-unknown) }
    $error | assert contains "acme:rockets/launcher"
}
