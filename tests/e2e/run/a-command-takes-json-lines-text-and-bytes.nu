use std/assert
use ../../assertions.nu *

let echo = guest commands/echo
assert equal ([{ a: 1 } { a: "ü" }] | flow run $echo) [[a]; [1] ["ü"]]
assert equal ("one\ntwo\n" | flow run $echo --input text --output text | collect) "one\ntwo\n"
assert equal (0x[00 ff 0a 80] | flow run $echo --input raw --output raw | collect) 0x[00 ff 0a 80]
# 3 MB, so that no pipe can hold it all.
let large = 1..300_000 | each {|n| $"line ($n)\n" } | str join
assert equal ($large | flow run $echo --input text --output text | collect | str length) ($large | str length)
