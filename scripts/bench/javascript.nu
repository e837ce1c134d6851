# JavaScript and TypeScript agents: a fresh instance of the engine that is handed
# a source, living ones, and streams, beside the `node` on PATH.

use built.nu "in plugin"

const SCORE = path self score.js
const ROOT = path self ../..

# Each figure: its name, and a closure from what was built to its rows.
export def figures [] {
    [
        { name: "javascript fresh instance", measure: {|built| fresh $built } }
        { name: "javascript live instances", measure: {|built| live $built } }
        { name: "javascript stream", measure: {|built| stream $built } }
        { name: "javascript new source", measure: {|built| new-source $built } }
    ]
}

def nanoseconds [] { into int | into duration --unit ns }

# The folder of the engine, installed for the benchmark from what
# scripts/build-engines.sh leaves.
def engines [built: record]: nothing -> path {
    let folder = $built.work | path join engines
    let core = $ROOT | path join .tools engines javascript.wasm
    if not ($core | path exists) {
        error make --unspanned {
            msg: $"the engine is not there: ($core)"
            help: "build it: ./scripts/build-engines.sh javascript"
        }
    }
    with-env { FLOW_ENGINES: $folder } {
        in plugin $built $"flow toolchain install javascript --from ($core) | ignore"
    }
    $folder
}

# One figure of the example `bench`.
def bench [built: record, figure: string]: nothing -> record {
    let engine = engines $built | path join javascript engine.wasm
    with-env { FLOW_CACHE_DIR: $built.cache, ENGINE: $engine } {
        ^$built.bench $figure $SCORE $built.tiny
    } | from json
}

def fresh [built: record] {
    let score = bench $built engine-spawn | get engine_spawn_p50 | nanoseconds
    let row = { what: "spawn to result, p50", measured: $score, target: "≤ 0.5ms and ≤ 1/50 of node" }
    if (which node | is-empty) { return [$row] }
    let program = $"import\('($SCORE)'\).then\(async \({ default: handle }\) => {
        const text = require\('node:fs'\).readFileSync\(0, 'utf8'\);
        console.log\(JSON.stringify\(handle\(JSON.parse\(text\)\)\)\);
    }\)"
    let process = 1..30 | each { timeit { open --raw $built.tiny | ^node -e $program | ignore } } | math median
    [
        ($row | merge {
            peer: "node -e, the same as a process"
            peer_measured: $process
            ratio: ($process / $score | math round --precision 2)
            met: ($score <= 500us and $score * 50 <= $process)
        })
    ]
}

def live [built: record] {
    let held = bench $built engine-live
    let each = $held.memory / $held.instances | into int | into filesize
    [{ what: $"($held.instances), PSS of each", measured: $each, target: "≤ 0.5 MiB", met: ($each <= 512KiB) }]
}

def stream [built: record] {
    let each = bench $built engine-stream | get stream_record | nanoseconds
    [{ what: "a tiny record, each", measured: $each, target: "≤ 20µs", met: ($each <= 20us) }]
}

# A source that nobody has seen before, in a plugin that runs already.
def new-source [built: record] {
    let folder = $built.work | path join new-source
    mkdir $folder
    let engines = engines $built
    ["js" "ts"] | each {|ending|
        let source = $folder | path join $"score.($ending)"
        let number = random int
        let text = open --raw $SCORE | str replace "handle(record" (if $ending == ts { "handle(record: any" } else { "handle(record" })
        $"// ($number)\n($text)" | save --force $source
        let script = $"[{ id: 0, text: warm }] | flow run ($SCORE) | ignore; timeit { open ($built.tiny) | flow run ($source) | ignore } | into int"
        let took = with-env { FLOW_ENGINES: $engines } { in plugin $built $script } | str trim | nanoseconds
        { what: $"first run of a .($ending) file", measured: $took, target: "≤ 300ms", met: ($took <= 300ms) }
    }
}
