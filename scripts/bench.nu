# Measures what flow promises, each figure beside its peer in the same run:
#   nu scripts/bench.nu [--only NAME] [--json]
# Wants an idle machine. Builds what it measures below target/bench. A figure
# without a target is there to be read; one whose peer is not on PATH has no `met`.

use bench/agents.nu
use bench/built.nu *
use bench/engines.nu
use bench/go.nu
use bench/process.nu
use bench/provision.nu
use bench/python.nu
use bench/shell.nu
use bench/templates.nu

# Prints one row for each figure.
def main [
    --only: string # the figures whose names contain this
    --json # for programs
] {
    let figures = (process figures) | append (shell figures) | append (provision figures) | append (python figures) | append (engines figures) | append (go figures) | append (templates figures) | append (agents figures)
    let chosen = $figures | where {|figure| $only == null or ($figure.name | str contains $only) }
    if ($chosen | is-empty) {
        error make --unspanned {
            msg: $"no figure is called `($only)`"
            help: $"use a part of one of these names: ($figures.name | str join ', ')"
        }
    }
    let built = prepare
    let rows = $chosen | each {|figure|
        print --stderr $"measuring: ($figure.name)"
        do $figure.measure $built | each {|row|
            {
                figure: $"($figure.name): ($row.what)"
                measured: $row.measured
                peer: $row.peer?
                peer_measured: $row.peer_measured?
                ratio: $row.ratio?
                target: $row.target?
                met: $row.met?
            }
        }
    } | flatten
    if $json { $rows | to json } else { $rows | table --width 180 }
}
