use std/assert
use ../../assertions.nu *

mkdir .flow
# As claude-flow 2 writes it.
'{"swarm": [{"key": "objective", "value": "build {\"a\": 1}", "namespace": "swarm", "timestamp": 1764360000123},
            {"key": "lost", "value": null, "namespace": "swarm", "timestamp": 1764360000124}],
  "default": [{"key": "json", "value": "{\"a\":1}", "namespace": "default", "timestamp": 1764360000125}],
  "agent:1": [{"key": "k", "value": "v", "namespace": "agent:1", "timestamp": 1764360000126}]}' | save a.json
let report = open a.json | flow memory import
assert equal ($report | reject skipped) { format: claude-flow, added: 2, replaced: 0, unchanged: 0, dry_run: false }
assert equal ($report.skipped | select namespace key | sort-by namespace) [[namespace key]; [agent:1 k] [swarm lost]]
$report.skipped | where key == lost | get 0.reason | assert contains "null"
$report.skipped | where key == k | get 0.reason | assert contains "namespace"
# Texts stay texts, to the letter.
assert equal (flow memory get swarm objective) 'build {"a": 1}'
assert equal (flow memory get default json) '{"a":1}'
let row = flow memory list swarm | first
assert equal [$row.created $row.updated] [2025-11-28T20:00:00.123Z 2025-11-28T20:00:00.123Z]

# As ruflo, its successor, writes it.
'{"schema": "ruflo-memory-export/v1", "exportedAt": "2026-11-28T21:00:00.000Z", "namespace": null, "count": 3, "entries": [
   {"key": "pattern", "namespace": "patterns", "value": "use {braces}", "createdAt": 1764360000000, "updatedAt": 1764370000000, "accessCount": 3, "hasEmbedding": true, "size": 12},
   {"key": "lost", "namespace": "patterns", "value": null, "createdAt": 1764360000000, "updatedAt": 1764370000000, "accessCount": 0, "hasEmbedding": false, "size": 0},
   {"key": "plain", "value": "5", "accessCount": 0}]}' | save b.json
let report = open b.json | flow memory import
assert equal ($report | select format added) { format: ruflo, added: 2 }
assert equal $report.skipped [[namespace key reason]; [patterns lost "its value is null"]]
assert equal (flow memory get patterns pattern) "use {braces}"
assert equal (flow memory get default plain) "5"
let row = flow memory list patterns | first
assert equal [$row.created $row.updated] [2025-11-28T20:00:00Z 2025-11-28T22:46:40Z]

# What flow writes for them has what they read.
flow memory set patterns record { a: [1 2day] }
let b = flow memory export patterns --format ruflo
assert equal ($b | select schema namespace count) { schema: "ruflo-memory-export/v1", namespace: patterns, count: 2 }
for name in [key namespace value createdAt updatedAt accessCount hasEmbedding size] {
    assert ($name in ($b.entries | columns)) $name
}
assert equal ($b.entries | select key value) [[key value]; [pattern "use {braces}"] [record '{"a":[1,{"$duration":172800000000000}]}']]
assert equal ($b.entries.createdAt.0) 1764360000000
let a = flow memory export --format claude-flow
assert equal ($a | columns) [default patterns swarm]
assert equal $a.swarm [[key value namespace timestamp]; [objective 'build {"a": 1}' swarm 1764360000123]]
