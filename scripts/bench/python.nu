# Python agents: a fresh interpreter for a record, living ones, and streams, beside the
# `python3` on PATH.

use built.nu "in plugin"

const SCORE = path self score.py
const MODELS = path self models.py
const ROOT = path self ../..

# Each figure: its name, and a closure from what was built to its rows.
export def figures [] {
    [
        { name: "python install", measure: {|built| install $built } }
        { name: "python fresh instance", measure: {|built| fresh $built } }
        { name: "python live instances", measure: {|built| live $built } }
        { name: "python stream", measure: {|built| stream $built } }
    ]
}

def nanoseconds [] { into int | into duration --unit ns }

# The folder of Pyodide's files, installed in the cache of the benchmark.
export def pyodide [built: record]: nothing -> path {
    let package = $ROOT | path join .tools pyodide node_modules pyodide
    let from = if ($package | path exists) { $"--from ($package)" } else { "" }
    in plugin $built $"flow toolchain install python ($from) | ignore"
    glob $"($built.cache)/toolchains-v1/*.tree" | first
}

# One figure of the example `bench`, with the packages of `source` where it has some.
def bench [built: record, figure: string, source: path]: nothing -> record {
    let pyodide = pyodide $built
    let bundle = in plugin $built $"flow build ($source) | first | to json" | from json
    let environment = open --raw $bundle.path | from json | get environment
    let packages = if $environment == null { {} } else {
        { PYTHON_PACKAGES: ($built.cache | path join environments-v1 $"($environment | str replace sha256: "").tree") }
    }
    with-env ({ FLOW_CACHE_DIR: $built.cache, PYODIDE: $pyodide } | merge $packages) {
        ^$built.bench $figure $source $built.tiny
    } | from json
}

def install [built: record] {
    let cache = mktemp --directory
    let package = $ROOT | path join .tools pyodide node_modules pyodide
    let from = if ($package | path exists) { $"--from ($package)" } else { "" }
    let took = in plugin ($built | update cache $cache) $"timeit { flow toolchain install python ($from) } | into int"
    rm --recursive --force $cache
    let took = $took | str trim | nanoseconds
    [{ what: $"from (if $from == '' { 'npm' } else { 'a folder' }) to ready", measured: $took, target: "≤ 1min", met: ($took <= 1min) }]
}

def fresh [built: record] {
    let score = bench $built python-spawn $SCORE | get python_spawn_p50 | nanoseconds
    let models = bench $built python-spawn $MODELS | get python_spawn_p50 | nanoseconds
    let row = { what: "spawn to result, p50", measured: $score, target: "≤ 1.5ms and ≤ 1/5 of python3" }
    let peer = if (which python3 | is-empty) { $row } else {
        let process = 1..30 | each { timeit { open --raw $built.tiny | ^python3 $SCORE | ignore } } | math median
        $row | merge {
            peer: "python3, the same as a process"
            peer_measured: $process
            ratio: ($process / $score | math round --precision 2)
            met: ($score <= 1500us and $score * 5 <= $process)
        }
    }
    [
        $peer
        { what: "spawn to result with pydantic-core, p50", measured: $models, target: "≤ 2ms", met: ($models <= 2ms) }
    ]
}

def live [built: record] {
    let held = bench $built python-live $SCORE
    let each = $held.memory / $held.instances | into int | into filesize
    [{ what: $"($held.instances), PSS of each", measured: $each, target: "≤ 2 MiB", met: ($each <= 2MiB) }]
}

def stream [built: record] {
    let streamed = bench $built python-stream $SCORE
    let each = $streamed.stream_record | nanoseconds
    [{ what: "a tiny record, each", measured: $each, target: "≤ 20µs", met: ($each <= 20us) }]
}
