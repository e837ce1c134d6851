use std/assert
use ../../assertions.nu *

let whole = open --raw (guest handlers/echo)
let length = $whole | bytes length
assert survives {||
    for kept in [0 3 8 20 ($length // 2) ($length - 1)] {
        $whole | bytes at 0..<$kept | save --force --raw part.wasm
        assert fails "flow::runtime::" {|| [1] | flow run part.wasm }
    }
    $whole | bytes at 0..<16 | bytes add --end 0x[ff ff ff ff] | bytes add --end ($whole | bytes at 20..) | save --raw --force wrong.wasm
    assert fails "flow::runtime::" {|| [1] | flow run wrong.wasm }
    "just text" | save text.wasm
    assert fails "flow::runtime::" {|| [1] | flow run text.wasm }
}
