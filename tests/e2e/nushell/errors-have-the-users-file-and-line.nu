# needs: engine:nushell
use std/assert
use ../../assertions.nu *

def failed [text: string, input: any = 1]: nothing -> string {
    $text | save --force case.nu
    [$input] | flow run case.nu --on-error keep | outcomes | get 0.failed | str replace --all "\\n" "\n" | str replace --all '\"' '"'
}

let missing = failed "def handle [r] {\n    let x = $r.a\n    $x.prise\n}" { a: { price: 1 } }
$missing | assert contains "case.nu:3:8"
$missing | assert contains "3 |     $x.prise"
assert not ($missing has "/agent") $missing

failed "def handle [r] {\n    error make { msg: 'no such order', label: { text: 'this one', span: (metadata $r).span }, help: 'look again' }\n}" | assert contains "no such order"
# What is wrong with the record itself points to where it comes in.
failed "def handle [order] { $order.id | into datetime }" { id: nope } | assert contains "case.nu:1:13"
failed "def handle [order] { error make { msg: bad, label: { text: 'this id', span: (metadata $order.id).span } } }" { id: 1 } | assert contains "case.nu:1:"
failed "def handle []: record<id: string> -> string { get id }" { id: 1 } | assert contains "case.nu:1:"
failed "def handle [r] { [1] | each {|x| $x / 0 } }" | assert contains "case.nu:1:37"
failed "use std/assert\ndef handle [r] {\n    assert equal 1 2\n}" | assert contains "case.nu:3:18: left: 1"

# An error in another file has its name.
"export def check [n: int] {\n    if $n > 0 { error make --unspanned { msg: 'too much' } }\n    { n: $n } | get x\n}" | save helper.nu
failed "use helper.nu\ndef handle [n: int] { helper check $n }" (-1) | assert contains "helper.nu:3:21"

# What cannot work in an agent says so, and what to do instead.
for case in [
    ["http get https://example.org", "has no network"]
    ["^git status", "starts no programs"]
    ["git status", "`git` is no command of Nushell"]
    ["lenght", "did you mean `length`?"]
    ["sys host", "does not see the machine"]
    ["input", "has no terminal"]
    ["job spawn { 1 }", "--jobs"]
    ["[1] | query db 'select 1'", "SQLite is not in it"]
    ["exit 3", "use `return`"]
] {
    failed $"def handle [r] { ($case.0) }" | assert contains $case.1
}

# Recursion without end is an error, and a loop meets the timeout.
failed "def f [n: int] { 1 + (f ($n + 1)) }\ndef handle [n: int] { f $n }" | assert contains "Recursion limit"
"def handle [n: int] { while $n == 1 { }; $n }" | save loop.nu
let outcomes = [0 1 2] | flow run loop.nu --timeout 300ms --on-error keep | outcomes
assert equal [$outcomes.0 $outcomes.2] [0 2]
$outcomes.1.failed | assert contains "flow::agent::timeout"

# A parse error has its place before anything runs.
for case in [
    ["def handle [r] {\n    [1 2\n}", "wrong.nu:3"]
    ["# comment\ndef handle [r] { $nowhere }", "wrong.nu:2:18"]
    ["def handle [r] { ls --nope }", "wrong.nu:1:21"]
    ["use nowhere.nu\ndef handle [r] { 1 }", "nowhere.nu"]
    ["def handle [a, b] { 1 }", "wrong.nu:1:16"]
    ["def handle [a, b] { 1 }", "more than one parameter"]
    ["def handle [r] {\n    'x' o> file.txt\n}", "wrong.nu:2:9"]
    ["def handle [r] { 'x' o> file.txt }", "write the file with `save`"]
    ["$env.config.table.mode = 5\ndef handle [r] { 1 }", "table.mode"]
] {
    $case.0 | save --force wrong.nu
    failure {|| [1] | flow run wrong.nu } | to json | assert contains $case.1
}
