# needs: engine:nushell
use std/assert
use ../../assertions.nu *

mkdir data out
{ a: 1 } | save data/x.json
"a,b\n1,2\n" | save data/t.csv
"secret" | save outside.txt

def "answer to" [text: string, --granted]: nothing -> any {
    $"def handle [_r: int] { ($text) }" | save --force case.nu
    let grants = if $granted { [./data:ro ./out:rw] } else { [] }
    [1] | flow run case.nu --on-error keep --allow-dir $grants | outcomes | get 0?
}

assert equal (answer to --granted "open data/x.json") { a: 1 }
assert equal (answer to --granted "open data/t.csv") [[a b]; [1 2]]
assert equal (answer to --granted "open --raw data/t.csv") "a,b\n1,2\n"
assert equal (answer to --granted "ls data | select name type size") [[name type size]; ["data/t.csv" file 8b] ["data/x.json" file (ls data/x.json | get 0.size)]]
assert equal (answer to --granted "ls data | get 0.modified | describe") datetime
assert equal (answer to --granted "ls | get name") [data out]
assert equal (answer to --granted "ls * | get name") [data out]
assert equal (answer to --granted "ls d*/*.csv | get name") ["data/t.csv"]
assert equal (answer to --granted "ls **/*.json | get name") ["data/x.json"]
assert equal (answer to --granted "glob d*") ["/data"]
assert equal (answer to --granted "cd data; glob *.json") ["/data/x.json"]
assert equal (answer to --granted "[data/x.json data/no ../x] | path exists") [true false false]

# Written files are there afterwards, as Nushell writes them.
answer to --granted "[[a b]; [1 x]] | save out/t.csv; 'more' | save --append out/t.csv" | ignore
assert equal (open --raw out/t.csv) "a,b\n1,x\nmore"
assert ((answer to --granted "1 | save out/t.csv" | get failed) has "already exists")
assert ((answer to --granted "'x' | save out/no/t.txt" | get failed) has "Directory not found")
assert ((answer to --granted "cp out/t.csv out" | get failed) has "onto itself")
assert equal (open --raw out/t.csv) "a,b\n1,x\nmore"
answer to --granted "{ n: 2 } | save --force out/n.toml; mkdir out/d/e; cp out/n.toml out/d; mv out/d/n.toml out/d/m.toml; rm out/n.toml" | ignore
assert equal (glob out/**/* | path relative-to $env.PWD | sort) [out out/d out/d/e out/d/m.toml out/t.csv]

# What was not granted is refused, and the error says how to grant it.
for text in [
    "open outside.txt" "open data/../outside.txt" "open /etc/passwd" "ls /etc" "glob /etc/*"
    "'x' | save data/new.txt" "rm data/x.json" "mkdir elsewhere" "cp data/x.json elsewhere.json"
] {
    let outcome = answer to --granted $text
    assert ("failed" in $outcome) $"($text) gave ($outcome)"
    $outcome.failed | assert contains "--allow-dir"
}
assert ((answer to "open data/x.json" | get failed) has "--allow-dir")
assert equal (open data/x.json) { a: 1 }
assert not ("elsewhere" | path exists)
# What is not there is no refusal.
assert not ((answer to --granted "open data/none.json" | get failed) has "--allow-dir")
