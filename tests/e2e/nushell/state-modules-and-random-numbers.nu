# needs: engine:nushell
use std/assert
use ../../assertions.nu *

# `$env` lasts from record to record in an instance, and not beyond.
"$env.SEEN = []
def --env handle [n: int] { $env.SEEN ++= [$n]; $env.SEEN }" | save state.nu
assert equal ([1 2] | flow run state.nu) [[1] [1 2]]
assert equal ([1 2] | flow run state.nu --isolate) [[1] [2]]
# Without `--env` a command changes only its own.
"$env.N = 0
def handle [_n: int] { $env.N += 1; $env.N }" | save stateless.nu
assert equal ([1 2] | flow run stateless.nu) [1 1]

# Instances differ in what is random, also those of one component.
"const SIDES = 1000000000
let first = random int 0..$SIDES
def handle [_n: int] { [$first (random int 0..$SIDES) (random uuid)] }" | save random.nu
let thrown = 1..4 | flow run random.nu --isolate
assert equal ($thrown | each { get 0 } | uniq | length) 4
let built = flow build random.nu | get 0.path
let thrown = 1..4 | flow run $built --isolate
assert equal ($thrown | each { get 1 } | uniq | length) 4
assert equal ($thrown | each { get 2 } | uniq | length) 4

# The clock runs.
"let start = date now
def handle [_n: int] { sleep 2ms; (date now) > $start }" | save clock.nu
let built = flow build clock.nu | get 0.path
assert equal ([1] | flow run $built) [true]

# The standard library, modules in files and folders, aliases and constants.
mkdir lib/inner
"use inner/deep.nu\nexport def triple [n: int] { deep add $n ($n * 2) }" | save lib/mod.nu
"export def add [a: int, b: int] { $a + $b }\nexport alias plus = add" | save lib/inner/deep.nu
"const OFFSET = 100" | save constants.nu
"use std/iter
use lib
source constants.nu
alias up = str upcase
def handle [n: int] {
    { lib: (lib triple $n), found: ([1 2 3] | iter find {|x| $x > 1 }), offset: ($n + $OFFSET), text: ('a' | up) }
}" | save main.nu
let expected = { lib: 6, found: 2, offset: 102, text: A }
assert equal ([2] | flow run main.nu) [$expected]
assert equal ([2] | flow run (flow build main.nu | get 0.path)) [$expected]

# The whole standard library can be had at once, and the configuration is there.
"use std *
use std/util null-device
$env.config.float_precision = 3
def handle [n: int] { [(null-device) ([1 2] | iter intersperse $n) ($env.config.float_precision)] }" | save whole.nu
assert equal ([0] | flow run whole.nu) [["/dev/null" [1 0 2] 3]]

# A module can be an overlay.
"overlay use lib
def handle [n: int] { triple $n }" | save overlay.nu
assert equal ([2] | flow run overlay.nu) [6]

# `par-each` works in turn.
"def handle [n: int] { 1..$n | par-each {|x| $x * $x } }" | save squares.nu
assert equal ([4] | flow run squares.nu) [[1 4 9 16]]

# The memory and other agents are asked, and say that they were not granted.
"def handle [_n: int] { flow memory get orders last }" | save memory.nu
let outcome = [1] | flow run memory.nu --on-error keep | outcomes
assert ("failed" in $outcome.0)
$outcome.0.failed | assert contains "memory.nu:1:24"
