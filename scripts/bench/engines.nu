# Agents in JavaScript, TypeScript and Nushell: a fresh instance of the engine that
# is handed a source, living ones, streams and sources that nobody has seen before,
# beside the `node` and the `nu` on PATH.

use built.nu "in plugin"

const ROOT = path self ../..
const HERE = path self .

# What each engine has to reach, and the same agent as a process.
const ENGINES = {
    javascript: {
        source: score.js
        spawn: 500us
        times: 50
        memory: 512KiB
        new: 300ms
        endings: [js ts]
        peer: node
        process: "import('SCORE').then(async ({ default: handle }) => {
            const text = require('node:fs').readFileSync(0, 'utf8');
            console.log(JSON.stringify(handle(JSON.parse(text))));
        })"
        flags: [-e]
    }
    nushell: {
        source: score.nu
        spawn: 1500us
        times: 5
        memory: 1536KiB
        new: 1sec
        endings: [nu]
        peer: nu
        process: "source 'SCORE'; print (handle ($in | from json) | to json --raw)"
        flags: [-n --stdin -c]
    }
}

# Each figure: its name, and a closure from what was built to its rows.
export def figures [] {
    $ENGINES | transpose name engine | each {|it|
        [
            { name: $"($it.name) fresh instance", measure: {|built| fresh $built $it.name $it.engine } }
            { name: $"($it.name) live instances", measure: {|built| live $built $it.name $it.engine } }
            { name: $"($it.name) stream", measure: {|built| stream $built $it.name $it.engine } }
            { name: $"($it.name) new source", measure: {|built| new-source $built $it.name $it.engine } }
        ]
    } | flatten
}

def nanoseconds [] { into int | into duration --unit ns }

# The folder of engines, with the one called `name` installed for the benchmark from
# what scripts/build-engines.sh leaves.
export def installed [built: record, name: string]: nothing -> path {
    let folder = $built.work | path join engines
    let core = $ROOT | path join .tools engines $"($name).wasm"
    if not ($core | path exists) {
        error make --unspanned {
            msg: $"the engine is not there: ($core)"
            help: $"build it: ./scripts/build-engines.sh ($name)"
        }
    }
    with-env { FLOW_ENGINES: $folder } {
        in plugin $built $"flow toolchain install ($name) --from ($core) | ignore"
    }
    $folder
}

# One figure of the example `bench`.
def bench [built: record, name: string, engine: record, figure: string]: nothing -> record {
    let component = installed $built $name | path join $name engine.wasm
    with-env { FLOW_CACHE_DIR: $built.cache, ENGINE: $component } {
        ^$built.bench $figure ($HERE | path join $engine.source) $built.tiny
    } | from json
}

def fresh [built: record, name: string, engine: record] {
    let spawned = bench $built $name $engine engine-spawn | get engine_spawn_p50 | nanoseconds
    let row = {
        what: "spawn to result, p50"
        measured: $spawned
        target: $"≤ ($engine.spawn) and ≤ 1/($engine.times) of ($engine.peer)"
    }
    if (which $engine.peer | is-empty) { return [$row] }
    let program = $engine.process | str replace SCORE ($HERE | path join $engine.source)
    let process = 1..30 | each {
        timeit { open --raw $built.tiny | ^$engine.peer ...$engine.flags $program | ignore }
    } | math median
    [
        ($row | merge {
            peer: $"($engine.peer) ($engine.flags | str join ' '), the same as a process"
            peer_measured: $process
            ratio: ($process / $spawned | math round --precision 2)
            met: ($spawned <= $engine.spawn and $spawned * $engine.times <= $process)
        })
    ]
}

def live [built: record, name: string, engine: record] {
    let held = bench $built $name $engine engine-live
    let each = $held.memory / $held.instances | into int | into filesize
    [{
        what: $"($held.instances), PSS of each"
        measured: $each
        target: $"≤ ($engine.memory)"
        met: ($each <= $engine.memory)
    }]
}

def stream [built: record, name: string, engine: record] {
    let each = bench $built $name $engine engine-stream | get stream_record | nanoseconds
    [{ what: "a tiny record, each", measured: $each }]
}

# A source that nobody has seen before, in a plugin that runs already.
def new-source [built: record, name: string, engine: record] {
    let folder = $built.work | path join new-source
    mkdir $folder
    let engines = installed $built $name
    let known = $HERE | path join $engine.source
    $engine.endings | each {|ending|
        let source = $folder | path join $"score.($ending)"
        let comment = if $name == nushell { "#" } else { "//" }
        let text = open --raw $known
        let text = if $ending == ts { $text | str replace "handle(record" "handle(record: any" } else { $text }
        $"($comment) (random uuid)\n($text)" | save --force $source
        let script = $"[{ id: 0, text: warm }] | flow run ($known) | ignore; timeit { open --raw ($built.tiny) | from json --objects | flow run ($source) | ignore } | into int"
        let took = with-env { FLOW_ENGINES: $engines } { in plugin $built $script } | str trim | nanoseconds
        { what: $"first run of a .($ending) file", measured: $took, target: $"≤ ($engine.new)", met: ($took <= $engine.new) }
    }
}
