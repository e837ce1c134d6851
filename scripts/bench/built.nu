# Builds what is measured: the plugin, the in-process benchmark, and agents made
# from the template, each also without a sandbox as the peer of itself.

const ROOT = path self ../..

# Runs `script` in a fresh nu with the plugin; returns its output.
export def "in plugin" [built: record, script: string]: nothing -> string {
    with-env { FLOW_CACHE_DIR: $built.cache } {
        ^$built.nu --no-config-file --plugins $built.plugin -c $script
    }
}

# Where everything lies that the figures need.
export def prepare []: nothing -> record {
    let work = $ROOT | path join target bench
    mkdir $work
    let built = {
        nu: $nu.current-exe
        work: $work
        cache: ($work | path join cache)
        plugin: ($env.FLOW_PLUGIN? | default (release nu_plugin_flow))
        bench: ($env.FLOW_BENCH? | default (release examples bench))
        orders: ($work | path join orders.jsonl)
        tiny: ($work | path join tiny.jsonl)
        text: ($work | path join text.jsonl)
    }
    if "FLOW_BENCH" not-in $env {
        cd $ROOT
        ^cargo build --quiet --release --locked --workspace --bins --example bench
    }
    records $built
    let orders = agent $built orders {|source| $source }
    let hangs = open --raw ($ROOT | path join scripts bench waits.rs)
    let waits = agent $built waits {|source| $"(without-export $source)($hangs)" }
    let words = agent $built words {|_| open --raw ($ROOT | path join scripts bench words.rs) }
    $built | merge {
        agents: { orders: $orders, waits: $waits, words: $words }
        native: { orders: (native $built $orders), words: (native $built $words) }
        one_shot: (one-shot $built)
    }
}

def release [...path: string] {
    $env.CARGO_TARGET_DIR? | default ($ROOT | path join target) | path join release ...$path
}

# The inputs, as JSON Lines: the orders of the tests, a tiny record, a text of 1 kB.
def records [built: record] {
    open ($ROOT | path join tests data orders.json) | each { to json --raw } | to text | save --force $built.orders
    { id: 1, text: "a tiny record" } | to json --raw | save --force $built.tiny
    let text = "the quick brown fox jumps over the lazy dog while seven wizards box in the old quarry "
    { id: 1, text: ($text | fill --width 1 | append (1..11 | each { $text }) | str join | str substring 0..1023) }
    | to json --raw | save --force $built.text
}

# The template's source without the line that exports its handler.
def without-export [source: string] {
    $source | lines | where not ($it starts-with "flow_agent::handler!") | to text
}

# A scaffold of `flow new`, with the source that `change` makes of the template's,
# built by `flow build`. Without a signature: the sources differ in theirs.
def agent [built: record, name: string, change: closure] {
    let agents = $built.work | path join agents
    mkdir $agents
    cd $agents
    rm --recursive --force $name
    in plugin $built $"flow new rust ($name)" | ignore
    let source = $name | path join src lib.rs
    let text = do $change (open --raw $source)
    $text | save --force $source
    let manifest = $name | path join agent.toml
    open $manifest | reject signature | save --force $manifest
    let artifact = in plugin $built $"flow build ($name) | first | to json" | from json
    { directory: ($agents | path join $name), wasm: ($artifact.path | path expand) }
}

# The same handler as a native program, with the same optimisations.
def native [built: record, agent: record] {
    let name = $agent.directory | path basename
    let directory = $built.work | path join native $name
    mkdir ($directory | path join src)
    let driver = open --raw ($ROOT | path join scripts bench native.rs)
    let source = open --raw ($agent.directory | path join src lib.rs)
    $"($source)($driver)" | save --force ($directory | path join src main.rs)
    open ($agent.directory | path join Cargo.toml)
    | reject lib
    | update package.name $"native-($name)"
    | update dependencies.flow-agent.path ($agent.directory | path join .flow sdk rust)
    | insert dependencies.serde_json "1"
    | save --force ($directory | path join Cargo.toml)
    cd $directory
    with-env { CARGO_TARGET_DIR: ($built.work | path join native target) } {
        ^cargo build --quiet --release --offline
    }
    $built.work | path join native target release $"native-($name)"
}

# A command for WASI preview 1.
def one-shot [built: record] {
    let wasm = $built.work | path join one-shot.wasm
    ^rustc -O --target wasm32-wasip1 -o $wasm ($ROOT | path join scripts bench one-shot.rs)
    $wasm
}
