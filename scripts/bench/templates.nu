# The agents that `flow new` writes: built in an empty artifact cache, and again.

use built.nu "in plugin"
use engines.nu

const ROOT = path self ../..
const LANGUAGES = [rust go python typescript nushell]

# Each figure: its name, and a closure from what was built to its rows.
export def figures [] {
    if (which go | is-empty) { return [] }
    [{ name: "templates", measure: {|built| templates $built } }]
}

def nanoseconds [] { into int | into duration --unit ns }

# Once before, so that dependencies are there and engines are compiled; then without
# what was built.
def templates [built: record] {
    let folder = $built.work | path join templates
    rm --recursive --force $folder
    mkdir $folder
    cd $folder
    let installed = [javascript nushell] | each {|name| engines installed $built $name } | first
    let package = $ROOT | path join .tools pyodide node_modules pyodide
    let from = if ($package | path exists) { $"--from ($package)" } else { "" }
    in plugin $built $"flow toolchain install python ($from) | ignore"
    let agents = $LANGUAGES | each {|language| $"packing-($language)" }
    for pair in ($LANGUAGES | zip $agents) {
        in plugin $built $"flow new ($pair.0) ($pair.1) | ignore"
    }
    let build = $"timeit { flow build ($agents | str join ' ') | ignore } | into int"
    with-env { FLOW_ENGINES: $installed } {
        in plugin $built $build | ignore
        for part in [artifacts-v1 scratch-v1] { rm --recursive --force ($built.cache | path join $part) }
        let first = in plugin $built $build | str trim | nanoseconds
        let again = $agents | each {|agent|
            let script = $"flow build ($agent) | ignore; timeit { flow build ($agent) | ignore } | into int"
            { agent: $agent, took: (in plugin $built $script | str trim | nanoseconds) }
        }
        let slowest = $again | sort-by took | last
        [
            { what: "five in an empty artifact cache", measured: $first, target: "≤ 30s", met: ($first <= 30sec) }
            { what: $"unchanged, the slowest: ($slowest.agent)", measured: $slowest.took, target: "≤ 100ms", met: ($slowest.took <= 100ms) }
        ]
    }
}
