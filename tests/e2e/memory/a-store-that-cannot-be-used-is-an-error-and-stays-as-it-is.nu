use std/assert
use ../../assertions.nu *

mkdir .flow
flow memory set orders a 1
let limits = [
    ["flow::store::namespace" {|| flow memory set "a b" k 1 }]
    ["flow::store::namespace" {|| flow memory get "" k }]
    ["flow::store::key" {|| flow memory set orders ("k" | fill --width 1025 --character k) 1 }]
    ["flow::store::value" {|| flow memory set orders k ("" | fill --width 4_200_000 --character v) }]
    ["flow::memory::expires_in" {|| flow memory set orders k 1 --expires-in 0sec }]
    ["flow::memory::expires_in" {|| flow memory set orders k 1 --expires-in (-1sec) }]
]
for limit in $limits { assert fails $limit.0 $limit.1 }
assert equal (flow memory list | get key) [a]

# One of a newer flow, one of another program, one that is cut off and one that never was one.
mkdir newer/.flow foreign/.flow damaged/.flow text/.flow
1..200 | each {|n| { namespace: a, key: $"($n)", value: ("v" | fill --width 200 --character v) } } | flow memory import | ignore
cp .flow/memory.db newer/.flow
open newer/.flow/memory.db | query db "pragma user_version = 99"
[[a]; [1]] | into sqlite foreign/.flow/memory.db
open --raw .flow/memory.db | bytes at ..20000 | save --raw damaged/.flow/memory.db
1..100 | each { "not a database" } | str join "\n" | save text/.flow/memory.db
for kind in [newer foreign damaged text] {
    let root = $env.PWD
    cd $kind
    let code = $"flow::store::(if $kind == text { "damaged" } else { $kind })"
    let before = open --raw .flow/memory.db | hash sha256
    for action in [
        {|| flow memory set orders a 2 }
        {|| flow memory list }
        {|| flow memory stats }
        {|| flow memory export }
        {|| [{ namespace: a, key: b, value: 1 }] | flow memory import }
    ] {
        let error = assert fails $code $action
        $error | assert contains $"($kind)/.flow/memory.db"
        $error | assert contains '"span"'
    }
    assert equal (open --raw .flow/memory.db | hash sha256) $before
    cd $root
}
assert equal (flow memory get orders a) 1
