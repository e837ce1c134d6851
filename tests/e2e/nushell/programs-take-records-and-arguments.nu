# needs: engine:nushell
use std/assert
use ../../assertions.nu *

let orders = [[id price]; [1 2.5] [2 0.5] [3 4.0]]
"where price > 1 | update price {|row| $row.price * 2 }" | save rich.nu
assert equal ($orders | flow run rich.nu) [[id price]; [1 5.0] [3 8.0]]
"let rows = $in
print --stderr $'($rows | length) rows'
{ sum: ($rows.price | math sum) }" | save sum.nu
assert equal ($orders | flow run sum.nu) [{ sum: 7.0 }]

# `main` has arguments; `$in` is its input.
"def main [greeting: string, --times: int = 1] { each {|order| { id: $order.id, text: (1..$times | each { $greeting } | str join) } } }" | save greet.nu
assert equal ($orders | first 1 | flow run greet.nu -- ho --times 2) [{ id: 1, text: "hoho" }]
failure {|| flow run greet.nu --output json | collect } | to json | assert contains "do not fit"

# A stream is read as it is asked for.
"first 2" | save two.nu
assert equal (1.. | flow run two.nu) [1 2]

# Text, output, and how it ends.
"$in | lines | each { str upcase } | to text | print --no-newline $in" | save upper.nu
assert equal ("a\nb\n" | flow run upper.nu --input text --output text | str trim | lines) [A B]
"1..3 | each {|n| { n: $n } }" | save three.nu
assert equal (flow run three.nu --output json) [[n]; [1] [2] [3]]
"print 1; exit 3" | save ends.nu
assert fails "flow::agent::status" {|| flow run ends.nu --output json | collect } | assert contains "`exit 3`"
"def main [] { [1] | each {|x| $x.a } }" | save raises.nu
assert fails "flow::agent::status" {|| flow run raises.nu --output json | collect } | assert contains "raises.nu:1:34"

# Variables that were granted are there, and no others.
"$env.GREETING? | default none" | save env.nu
$env.GREETING = "hello"
assert equal (flow run env.nu --output json --allow-env GREETING) [hello]
assert equal (flow run env.nu --output json) [none]
