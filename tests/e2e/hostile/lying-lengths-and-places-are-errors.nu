use std/assert
use ../../assertions.nu *

let liars = [
    lies-about-length lies-about-place lies-about-outcome lies-about-allocation misplaces-its-answer
]
assert survives {||
    for liar in $liars {
        assert fails "flow::agent::" {|| [1] | flow run (guest $"handlers/($liar)") }
    }
    # A command's host refuses such a write and says so to the command: 21, bad address.
    let ended = failure {|| flow run (guest commands/writes-past-its-memory) } | to json
    $ended | assert contains "flow::agent::"
}
