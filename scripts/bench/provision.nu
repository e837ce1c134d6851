# What it takes to make workspaces: on this machine, and over a real DevPod where there is one
# (`$env.FLOW_TEST_DEVPOD`, else `devpod` on PATH) with the image in `$env.FLOW_TEST_IMAGE`.

use built.nu "in plugin"

# Each figure: its name, and a closure from what was built to its rows.
export def figures [] {
    [
        { name: "local workspaces", measure: {|built| local $built } }
        { name: "devpod workspaces", measure: {|built| devpod $built } }
    ]
}

# The durations that `script` prints as a record of nanoseconds.
def nanoseconds [built: record, data: path, script: string]: nothing -> record {
    with-env { FLOW_DATA_DIR: $data } { in plugin $built $script }
    | from json
    | items {|name, value| { $name: ($value | into duration) } }
    | into record
}

def local [built: record] {
    let data = mktemp --directory
    let times = nanoseconds $built $data "
        let times = 1..10 | each {
            let took = timeit { flow provision rust 3 --provider local | ignore }
            flow workspace list | flow workspace delete | ignore
            $took
        }
        { three: ($times | math median | into int) } | to json --raw"
    rm --recursive $data
    [{ what: "3 without building", measured: $times.three, target: "≤ 1sec", met: ($times.three <= 1sec) }]
}

# Each alone, then all at once; deleted again.
const DEVPOD = '
    let make = {|name count| flow provision python $count --provider devpod --from PROJECT --name $name | get duration }
    do $make warm 1 | ignore
    let alone = 1..3 | each {|number| do $make $"alone($number)" 1 | first }
    let together = timeit { do $make together 3 | ignore }
    flow workspace list | flow workspace delete | ignore
    { alone: ($alone | math max | into int), usual: ($alone | math median | into int), together: ($together | into int) }
    | to json --raw
'

def devpod [built: record] {
    let program = $env.FLOW_TEST_DEVPOD? | default (which devpod | get path.0?)
    let names = [
        { what: "3 side by side, over the slowest of 3 alone", target: "≤ 1.3×" }
        { what: "`flow provision` over `devpod up`", target: "≤ 1.05×" }
        { what: "`flow provision` over `devpod up` and one `devpod ssh`", target: null }
    ]
    if $program == null {
        return ($names | insert measured null | insert met null)
    }
    let data = mktemp --directory
    let project = $data | path join project
    mkdir ($project | path join .devcontainer)
    { name: bench, image: ($env.FLOW_TEST_IMAGE? | default "debian:bookworm"), remoteUser: root }
    | save ($project | path join .devcontainer devcontainer.json)
    "print('here')\n" | save ($project | path join main.py)
    let ours = with-env { FLOW_DEVPOD: $program } {
        nanoseconds $built $data ($DEVPOD | str replace PROJECT ($project | to nuon))
    }
    let bare = 1..3 | each {|number|
        let copy = $data | path join $"bare($number)"
        cp --recursive $project $copy
        let id = $"flow-bench-bare-($number)"
        let up = timeit {
            ^$program up $copy --id $id --ide none --open-ide=false --ssh-config ($data | path join ssh) --log-output json | complete
        }
        let ssh = timeit { ^$program ssh $id --command "python3 --version" | complete }
        ^$program delete $id --force | complete
        { up: $up, ssh: $ssh }
    }
    rm --recursive --force $data
    let up = $bare.up | math median
    let both = $up + ($bare.ssh | math median)
    let parallel = $ours.together / $ours.alone
    let over_up = $ours.usual / $up
    let over_both = $ours.usual / $both
    [
        ($names.0 | merge { measured: $ours.together, peer: "slowest alone", peer_measured: $ours.alone, ratio: $parallel, met: ($parallel <= 1.3) })
        ($names.1 | merge { measured: $ours.usual, peer: "devpod up", peer_measured: $up, ratio: $over_up, met: ($over_up <= 1.05) })
        ($names.2 | merge { measured: $ours.usual, peer: "up and ssh", peer_measured: $both, ratio: $over_both })
    ]
}
