# The figures that are measured in one process, without Nushell.

# Each figure: its name, and a closure from what was built to its rows.
export def figures [] {
    [
        { name: "fresh instance", measure: {|built| fresh $built } }
        { name: "reused instance", measure: {|built| reused $built } }
        { name: "stream in process", measure: {|built| streamed $built } }
        { name: "live instances", measure: {|built| live $built } }
        { name: "too many instances", measure: {|built| refused $built } }
        { name: "100 000 spawns", measure: {|built| soaked $built } }
        { name: "stop", measure: {|built| stopped $built } }
    ]
}

# Runs one figure of the example `bench`.
def bench [built: record, figure: string, wasm: path, records: path]: nothing -> record {
    with-env { FLOW_CACHE_DIR: $built.cache } { ^$built.bench $figure $wasm $records } | from json
}

def nanoseconds [] { into int | into duration --unit ns }

def at-most [what: string, measured, limit] {
    { what: $what, measured: $measured, target: $"≤ ($limit)", met: ($measured <= $limit) }
}

def fresh [built: record] {
    let order = bench $built spawn $built.agents.orders.wasm $built.orders
    let waiting = bench $built spawn $built.agents.waits.wasm $built.orders
    [
        (at-most "spawn to result of an order, p50" ($order.result_p50 | nanoseconds) 30us)
        { what: "… spawn alone", measured: ($order.spawn_p50 | nanoseconds) }
        { what: "… first call alone", measured: ($order.first_call_p50 | nanoseconds) }
        { what: "… drop alone", measured: ($order.drop_p50 | nanoseconds) }
        (against "the same on a fiber" ($waiting.result_p50 | nanoseconds) "without a fiber" ($order.result_p50 | nanoseconds))
    ]
}

def against [what: string, measured, peer: string, peer_measured] {
    { what: $what, measured: $measured, peer: $peer, peer_measured: $peer_measured, ratio: ($peer_measured / $measured | math round --precision 2) }
}

def reused [built: record] {
    let tiny = bench $built call $built.agents.words.wasm $built.tiny
    let order = bench $built call $built.agents.orders.wasm $built.orders
    let waiting = bench $built call $built.agents.waits.wasm $built.orders
    [
        (at-most "call with a tiny record, p50" ($tiny.call_p50 | nanoseconds) 2us)
        { what: "call with an order, p50", measured: ($order.call_p50 | nanoseconds) }
        (against "the same on a fiber" ($waiting.call_p50 | nanoseconds) "without a fiber" ($order.call_p50 | nanoseconds))
    ]
}

def streamed [built: record] {
    [[what agent native records target]; 
        ["an order, each" $built.agents.orders $built.native.orders $built.orders 0.5]
        ["a tiny record, each" $built.agents.words $built.native.words $built.tiny null]
    ] | each {|case|
        let sandboxed = bench $built stream $case.agent.wasm $case.records
        let native = ^$case.native $case.records | from json
        let row = (against $case.what ($sandboxed.record_p50 | nanoseconds)
            "native, serde_json both ways" ($native.record_p50 | nanoseconds))
        if $case.target == null { $row } else {
            $row | merge { target: $"≥ ($case.target)×", met: ($row.ratio >= $case.target) }
        }
    }
}

def live [built: record] {
    let live = bench $built live $built.agents.orders.wasm $built.orders
    [
        (at-most $"PSS of each of ($live.instances)" ($live.memory / $live.instances | into int | into filesize) 64KiB)
        { what: "time to start all", measured: ($live.start_all | nanoseconds) }
        { what: "mappings of each", measured: ($live.mappings / $live.instances) }
    ]
}

def refused [built: record] {
    let refusal = bench $built refusal $built.agents.orders.wasm $built.orders
    let kernel = open --raw /proc/sys/vm/max_map_count | str trim | into int
    [
        { what: "instances before a refusal", measured: $refusal.limit }
        { what: "mappings then", measured: $refusal.mappings, peer: "vm.max_map_count", peer_measured: $kernel,
            target: "below", met: ($refusal.mappings < $kernel) }
        { what: "time of the refusal", measured: ($refusal.refused_in | nanoseconds) }
    ]
}

# An allocator's own noise is below a byte for each spawn; a leak is not.
def soaked [built: record] {
    [[what agent]; ["" $built.agents.orders] [" on fibers" $built.agents.waits]] | each {|case|
        let soak = bench $built soak $case.agent.wasm $built.orders
        let bytes = $soak.memory / $soak.spawns | math round --precision 2
        [
            { what: $"growth of memory for each, bytes($case.what)", measured: $bytes, target: "< 4", met: ($bytes < 4) }
            { what: $"growth of descriptors($case.what)", measured: $soak.descriptors, target: "0", met: ($soak.descriptors == 0) }
            { what: $"growth of mappings($case.what)", measured: $soak.mappings, target: "0", met: ($soak.mappings == 0) }
        ]
    } | flatten
}

def stopped [built: record] {
    [[what figure]; ["a loop" stop-loop] ["a loop on a fiber" stop-wait-loop] ["asleep in the host" stop-wait-sleep]]
    | each {|case|
        let stop = bench $built $case.figure $built.agents.waits.wasm $built.orders
        [
            (at-most $"($case.what): after its timeout, p99" ($stop.timeout_p99 | nanoseconds) 10ms)
            (at-most $"($case.what): after a cancel, p99" ($stop.cancel_p99 | nanoseconds) 10ms)
        ]
    } | flatten
}
