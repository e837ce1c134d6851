# Go agents: a fresh instance for a record, living ones, and streams, beside the same
# program built for this machine.

use built.nu "in plugin"

# Each figure: its name, and a closure from what was built to its rows.
export def figures [] {
    if (which go | is-empty) { return [] }
    [
        { name: "go fresh instance", measure: {|built| fresh $built } }
        { name: "go live instances", measure: {|built| live $built } }
        { name: "go stream", measure: {|built| stream $built } }
    ]
}

def nanoseconds [] { into int | into duration --unit ns }

# The template's agent: its component, and the same program for this machine.
def agent [built: record]: nothing -> record {
    let agents = $built.work | path join agents
    mkdir $agents
    cd $agents
    if not ("packing-go" | path exists) { in plugin $built "flow new go packing-go" | ignore }
    let wasm = in plugin $built "flow build packing-go | first | to json" | from json
    let native = $built.work | path join packing-go
    cd packing-go
    with-env { GOWORK: off, GOTOOLCHAIN: local } { ^go build -o $native . }
    { wasm: ($wasm.path | path expand), tool: $wasm.tool, native: $native }
}

# One figure of the example `bench`.
def bench [built: record, figure: string, wasm: path]: nothing -> record {
    with-env { FLOW_CACHE_DIR: $built.cache, BENCH_INSTANCES: "100" } { ^$built.bench $figure $wasm $built.orders } | from json
}

def fresh [built: record] {
    let agent = agent $built
    let spawned = bench $built spawn $agent.wasm
    let result = $spawned.result_p50 | nanoseconds
    let order = open --raw $built.orders | lines | first
    let process = 1..100 | each { timeit { $order | ^$agent.native | ignore } } | math median
    [
        {
            what: $"spawn to result of an order, p50, built by ($agent.tool)"
            measured: $result
            peer: "the same as a process"
            peer_measured: $process
            ratio: ($process / $result | math round --precision 2)
            target: "≤ 1.5ms"
            met: ($result <= 1500us)
        }
        { what: "… spawn alone", measured: ($spawned.spawn_p50 | nanoseconds) }
        { what: "… first call alone", measured: ($spawned.first_call_p50 | nanoseconds) }
    ]
}

def live [built: record] {
    let held = bench $built live (agent $built).wasm
    let each = $held.memory / $held.instances | into int | into filesize
    [{ what: $"PSS of each of ($held.instances)", measured: $each, target: "≤ 4 MiB", met: ($each <= 4MiB) }]
}

def stream [built: record] {
    let streamed = bench $built stream (agent $built).wasm
    [{ what: "an order, each", measured: ($streamed.record_p50 | nanoseconds) }]
}
