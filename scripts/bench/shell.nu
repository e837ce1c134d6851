# The figures that are measured through a whole Nushell.

use built.nu "in plugin"

# Each figure: its name, and a closure from what was built to its rows.
export def figures [] {
    [
        { name: "pipeline", measure: {|built| pipeline $built } }
        { name: "one-shot", measure: {|built| one-shot $built } }
        { name: "plugin start", measure: {|built| start $built } }
        { name: "unchanged build", measure: {|built| unchanged $built } }
    ]
}

# Runs `script` in a nu with the plugin; its last value is a record of durations.
def durations [built: record, script: string]: nothing -> record {
    in plugin $built $"($script) | to nuon" | from nuon
}

# A text as what nu reads again.
def quoted []: string -> string { to nuon }

const WORDS = r#'{|row| let words = $row.text | str lowercase | split row --regex '\s+'; { id: $row.id, words: ($words | length), distinct: ($words | uniq | length) } }'#

def pipeline [built: record] {
    [[what input records target];
        ["words of a text of 1 kB, each" $built.text 2_000 1]
        ["a tiny record, each" $built.tiny 20_000 null]
    ] | each {|case|
        let times = durations $built $"
            let text = open --raw ($case.input | quoted) | from json | get text
            let rows = 1..($case.records) | each {|id| { id: $id, text: $text } }
            let agent = ($built.agents.words.wasm | quoted)
            if \($rows | first 3 | flow run $agent) != \($rows | first 3 | each ($WORDS)) {
                error make --unspanned { msg: 'the agent and `each` do not agree' }
            }
            let times = 1..5 | each {
                {
                    flow: \(timeit { $rows | flow run $agent | length })
                    nu: \(timeit { $rows | each ($WORDS) | length })
                }
            }
            { flow: \($times.flow | math min), nu: \($times.nu | math min) }"
        let row = against $case.what ($times.flow / $case.records) "`each {…}` of nu" ($times.nu / $case.records)
        if $case.target == null { $row } else {
            $row | merge { target: $"≥ ($case.target)×", met: ($row.ratio >= $case.target) }
        }
    }
}

# How many times faster than its peer.
def against [what: string, measured: duration, peer: string, peer_measured: duration] {
    let ratio = $peer_measured / $measured | math round --precision 2
    { what: $what, measured: $measured, peer: $peer, peer_measured: $peer_measured, ratio: $ratio }
}

def one-shot [built: record] {
    let text = open --raw $built.text
    let script = $"
        let text = open --raw ($built.text | quoted)
        let wasm = ($built.one_shot | quoted)
        $text | flow run $wasm | ignore"
    let flow = durations $built $"($script)
        let times = 1..40 | each { timeit { $text | flow run $wasm | ignore } }
        { flow: \($times | math median) }"
    let what = "a command on a text, again in the same nu"
    if (which wasmtime | is-empty) {
        return [{ what: $what, measured: $flow.flow, peer: "`wasmtime` is not on PATH", target: "≤ 1/5" }]
    }
    let precompiled = $built.work | path join one-shot.cwasm
    ^wasmtime compile --output $precompiled $built.one_shot
    let peer = durations $built $"($script)
        let times = 1..40 | each {
            timeit { $text | ^wasmtime run --allow-precompiled ($precompiled | quoted) | ignore }
        }
        { wasmtime: \($times | math median) }"
    let row = against $what $flow.flow $"(^wasmtime --version | str trim), precompiled" $peer.wasmtime
    [($row | merge { target: "≤ 1/5", met: ($row.ratio >= 5) })]
}

# A nu in which the plugin is registered, as a user's is.
def start [built: record] {
    let registry = $built.work | path join plugin.msgpackz
    rm --force $registry
    ^$built.nu --no-config-file -c $"plugin add --plugin-config ($registry | quoted) ($built.plugin | quoted)"
    let order = open --raw $built.orders | lines | first
    let with = $"plugin use --plugin-config ($registry | quoted) flow
        ($order | quoted) | from json | flow run ($built.agents.orders.wasm | quoted) | ignore"
    let without = $"($order | quoted) | from json | ignore"
    let times = with-env { FLOW_CACHE_DIR: $built.cache } {
        1..20 | each {
            {
                flow: (timeit { ^$built.nu --no-config-file -c $with })
                nu: (timeit { ^$built.nu --no-config-file -c $without })
            }
        }
    }
    let flow = $times.flow | math median
    let alone = $times.nu | math median
    let more = $flow - $alone
    [{ what: "first result, over nu alone", measured: $more, peer: "nu alone", peer_measured: $alone,
        target: "≤ 30ms", met: ($more <= 30ms) }]
}

def unchanged [built: record] {
    let times = durations $built $"
        cd ($built.agents.orders.directory | quoted)
        if not \(flow build).0.cached { error make --unspanned { msg: 'it was built again' } }
        let times = 1..20 | each { timeit { null | flow build | ignore } }
        { flow: \($times | math median) }"
    [{ what: "`flow build` of what did not change", measured: $times.flow, target: "≤ 100ms", met: ($times.flow <= 100ms) }]
}
