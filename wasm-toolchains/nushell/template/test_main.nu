# `nu test_main.nu`, on this machine's Nushell.

use std/assert
source main.nu

def order [items: list] {
    {
        id: 7
        customer: "Zoë"
        placed: "2026-11-23T08:30:00+01:00"
        items: $items
        notes: "ring twice"
    }
}

def "test an order is summed up" [] {
    let packing = handle (order [{quantity: 2, price: 9.95} {quantity: 1, price: 0.1}])
    assert equal [$packing.units $packing.total] [3 20.0]
    assert equal $packing.placed 2026-11-23T07:30:00Z
    assert equal $packing.packing 90sec
    assert equal $packing.notes 10b
}

def "test an order without items is an error" [] {
    let message = try { handle (order []) } catch {|error| $error.msg }
    assert equal $message "order 7 has no items"
}

def main [] {
    test an order is summed up
    test an order without items is an error
    print "2 passed"
}
