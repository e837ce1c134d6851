# Agents that call one another and remember, beside a process for each call and Python's
# own sqlite3.

use engines.nu installed
use python.nu pyodide

const HERE = path self .

# Each figure: its name, and a closure from what was built to its rows.
export def figures [] {
    [
        { name: "calls to a rust agent", measure: {|built| to-rust $built } }
        { name: "calls to a python agent", measure: {|built| to-python $built } }
        { name: "memory of an agent", measure: {|built| memory $built } }
        { name: "memory of a million keys", measure: {|built| page $built } }
    ]
}

def nanoseconds [] { into int | into duration --unit ns }

# One figure of the example `bench`, with an agent in JavaScript.
def bench [built: record, figure: string, source: string, environment: record]: nothing -> record {
    let engine = installed $built javascript | path join javascript engine.wasm
    cd $built.work
    with-env ({ FLOW_CACHE_DIR: $built.cache, ENGINE: $engine } | merge $environment) {
        ^$built.bench $figure ($HERE | path join $source) $built.tiny
    } | from json
}

def to-rust [built: record] {
    let waited = bench $built calls caller.js { CALLEE: $built.agents.words.wasm }
    let reused = $waited.reused_call_p50 | nanoseconds
    let fresh = $waited.fresh_call_p50 | nanoseconds
    [
        { what: "from javascript, p50", measured: $reused, target: "≤ 50µs", met: ($reused <= 50us) }
        { what: "from javascript, a fresh one, p50", measured: $fresh }
    ]
}

def to-python [built: record] {
    let callee = $HERE | path join callee.py
    let waited = bench $built calls caller.js { CALLEE: $callee, PYODIDE: (pyodide $built) }
    let reused = $waited.reused_call_p50 | nanoseconds
    let fresh = $waited.fresh_call_p50 | nanoseconds
    let row = { what: "from javascript, a fresh one, p50", measured: $fresh, target: "≤ 1.5ms", met: ($fresh <= 1500us) }
    let peer = if (which python3 | is-empty) { $row } else {
        let program = "import json, sys; record = json.load(sys.stdin); print(json.dumps({'id': record['id'], 'words': len(record['text'].split())}))"
        let process = 1..30 | each { timeit { open --raw $built.tiny | ^python3 -c $program | ignore } } | math median
        $row | merge {
            peer: "python3, a process for the call"
            peer_measured: $process
            ratio: ($process / $fresh | math round --precision 2)
        }
    }
    [$peer { what: "from javascript, p50", measured: $reused, target: "≤ 100µs", met: ($reused <= 100us) }]
}

def memory [built: record] {
    let each = bench $built memory memory.js {}
    let rows = [
        { what: "one get", measured: ($each.get | nanoseconds), target: "≤ 50µs", met: ($each.get <= 50_000) }
        { what: "a record that commits one set", measured: ($each.committed_set | nanoseconds), target: "≤ 200µs", met: ($each.committed_set <= 200_000) }
    ]
    if (which python3 | is-empty) { return $rows }
    let peer = ^python3 ($HERE | path join sqlite.py) $built.work | from json
    $rows | zip [$peer.get $peer.committed_set] | each {|pair|
        let taken = $pair.1 * 1_000_000_000 | into int | into duration --unit ns
        $pair.0 | merge {
            peer: "python3, its own sqlite3"
            peer_measured: $taken
            ratio: ($taken / $pair.0.measured | math round --precision 2)
        }
    }
}

def page [built: record] {
    let first = bench $built memory-page memory.js {}
    let keys = $first.keys_p50 | nanoseconds
    let entries = $first.entries_p50 | nanoseconds
    [
        { what: "first page of keys, p50", measured: $keys, target: "≤ 5ms", met: ($keys <= 5ms) }
        { what: "first page of entries, p50", measured: $entries, target: "≤ 5ms", met: ($entries <= 5ms) }
    ]
}
