#!/usr/bin/env nu
# Workspaces by the verbs that users of DevPod know, on top of the plugin.
#
# In a script or a session of your own, where the plugin is there (`plugin use flow`):
#   use manage-devpod.nu
#   open orders.json | manage-devpod provision-eval rust 3
#   manage-devpod list | where language == rust | manage-devpod delete
# From a shell:
#   nu scripts/manage-devpod.nu provision-eval rust 3 --input orders.json

# An order, in case that nothing is said on which to evaluate: the agents of the templates take orders.
const SAMPLE = [{
    id: 1
    customer: "Zoë"
    placed: "2026-11-23T08:30:00Z"
    items: [{ sku: "A-1", quantity: 2, price: 12.5 }]
    notes: "ring twice"
}]

# Make workspaces, build the agent in each, and run all of them on the same input.
#
# The input comes from the pipeline; without one it is a small sample. A row for each workspace:
# what was made, whether it was built, how it did.
@search-terms devpod workspace provision build evaluate
@example "Three variants in Rust on the same orders" { open orders.json | manage-devpod provision-eval rust 3 }
export def provision-eval [
    language: string        # rust, python, typescript, go, nushell
    count: int = 1          # how many workspaces
    --provider: string      # auto, devpod, local
    --name: string          # beginning of their names; else the language
    --from: string          # a folder or a repository with the sources; else the template
    --template: string      # the template of the devcontainer; else the language's
    --timeout: duration     # for making each workspace
]: [nothing -> table, table -> table, list -> table, record -> table] {
    let given = $in
    need-plugin
    let input = match $given { null => $SAMPLE, _ => $given }
    let workspaces = (flow provision $language $count --provider $provider --name $name
        --from $from --template $template --timeout $timeout)
    $workspaces | flow build | flow eval $input
}

# All workspaces, of one language or provider where these are named.
@search-terms devpod workspace ls
@example "The workspaces that DevPod holds" { manage-devpod list --provider devpod }
export def list [
    --language: string      # only these
    --provider: string      # only these
]: nothing -> table {
    need-plugin
    let all = flow workspace list
    let all = if $language == null { $all } else { $all | where language == $language }
    if $provider == null { $all } else { $all | where provider == $provider }
}

# Free what workspaces hold besides their files; they start again when they are used.
@search-terms devpod workspace halt
@example "Stop whatever runs" { manage-devpod list | where state == running | manage-devpod stop }
export def stop [
    ...ids: string          # the workspaces; else those of the input
]: [nothing -> table, record -> table, table -> table, list -> table] {
    let given = $in
    need-plugin
    if ($ids | is-empty) { $given | flow workspace stop } else { flow workspace stop ...$ids }
}

# Delete workspaces with all their files; one with changes stays, unless it is forced.
@search-terms devpod workspace rm remove
@example "Delete all workspaces for Rust, with their changes" {
    manage-devpod list --language rust | manage-devpod delete --force
}
export def delete [
    ...ids: string          # the workspaces; else those of the input
    --force                 # also what was changed in them
]: [nothing -> table, record -> table, table -> table, list -> table] {
    let given = $in
    need-plugin
    if ($ids | is-empty) { $given | flow workspace delete --force=$force } else { flow workspace delete ...$ids --force=$force }
}

# What to do, in few words.
export def main []: nothing -> string {
    "verbs: provision-eval LANGUAGE [COUNT], list, stop ID…, delete ID… [--force]; `--help` after one tells more"
}

# As `provision-eval`, with the input in a file.
def "main provision-eval" [
    language: string        # rust, python, typescript, go, nushell
    count: int = 1          # how many workspaces
    --input: path           # a file with the input, such as orders.json
    --provider: string      # auto, devpod, local
    --name: string          # beginning of their names; else the language
    --from: string          # a folder or a repository with the sources; else the template
    --template: string      # the template of the devcontainer; else the language's
    --timeout: duration     # for making each workspace
] {
    let given = if $input == null { null } else { open $input }
    ($given | provision-eval $language $count --provider $provider --name $name --from $from
        --template $template --timeout $timeout)
}

# As `list`.
def "main list" [
    --language: string      # only these
    --provider: string      # only these
] {
    list --language $language --provider $provider
}

# As `stop`.
def "main stop" [
    ...ids: string          # the workspaces
] {
    stop ...$ids
}

# As `delete`.
def "main delete" [
    ...ids: string          # the workspaces
    --force                 # also what was changed in them
] {
    delete ...$ids --force=$force
}

# Fails where Nushell does not know the plugin: its commands would be taken for programs.
def need-plugin []: nothing -> nothing {
    if (scope commands | where name == "flow provision" | is-empty) {
        error make --unspanned {
            msg: "the plugin flow is not in use",
            help: "run `plugin add target/release/nu_plugin_flow`, then `plugin use flow`; in a script, begin it with the latter"
        }
    }
}
