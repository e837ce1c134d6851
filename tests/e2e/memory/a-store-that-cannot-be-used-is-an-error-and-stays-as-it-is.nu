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

# One of a newer flow.
open .flow/memory.db | query db "pragma user_version = 99"
let before = open --raw .flow/memory.db | hash sha256
for action in [
    {|| flow memory get orders a }
    {|| flow memory set orders a 2 }
    {|| flow memory list }
    {|| flow memory stats }
    {|| [{ namespace: a, key: b, value: 1 }] | flow memory import }
] {
    assert fails "flow::store::newer" $action | assert contains ".flow/memory.db"
}
assert equal (open --raw .flow/memory.db | hash sha256) $before

# One that is none, and one that is damaged.
for content in ["not a database, but long enough to be taken for one by its first hundred bytes, which is what SQLite reads before it says so" ""] {
    rm --force .flow/memory.db
    $content | save --raw .flow/memory.db
    if $content != "" {
        assert fails "flow::store::damaged" {|| flow memory set orders a 2 } | assert contains ".flow/memory.db"
        assert fails "flow::store::damaged" {|| flow memory namespaces }
        assert equal (open --raw .flow/memory.db | decode utf-8) $content
    }
}
