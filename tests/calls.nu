# What the cases in e2e/calls begin with: small agents, and a look into the store.

# Writes an agent into a folder of its own, with an `agent.toml` that says besides
# `manifest` only where the agent begins.
export def "make agent" [entry: path, source: string, manifest: string = ""]: nothing -> nothing {
    let parsed = $entry | path parse
    mkdir $parsed.parent
    $source | save --force $entry
    let toml = $"[agent]\nentry = \"($parsed.stem).($parsed.extension)\"\n\n($manifest)\n"
    $toml | save --force ($parsed.parent | path join agent.toml)
}

# What lies in a namespace of this folder's store, as a record; read from the file
# itself, so that nobody's view of it is asked.
export def stored [namespace: string]: nothing -> record {
    let file = ".flow/memory.db"
    if not ($file | path exists) { return {} }
    open $file
    | query db "select key, value from memory where namespace = ? order by key" --params [$namespace]
    | reduce --fold {} {|row, found| $found | insert $row.key ($row.value | from json) }
}
