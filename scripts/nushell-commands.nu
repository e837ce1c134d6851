#!/usr/bin/env nu
# Writes wasm-toolchains/nushell/commands.md: which of Nushell's commands work in
# agents. It asks the engine itself, through a `nu` that has the plugin:
#
#   nu --plugins target/release/nu_plugin_flow scripts/nushell-commands.nu

const PAGE = path self ../wasm-toolchains/nushell/commands.md
const ASKS = r#'
def handle [_record: record] {
    scope commands
    | where name != handle
    | select name category description extra_description
    | sort-by name
}
'#

const INTRODUCTION = "# Nushell's commands in agents
Which of the commands of Nushell 0.115.1 work in an agent, and what to do instead of those that cannot. `scripts/nushell-commands.nu` makes this table from the engine; a test compares the two.
"

# The page, as the installed engine has it.
export def page []: nothing -> string {
    let folder = mktemp --directory
    let agent = $folder | path join commands.nu
    $ASKS | save $agent
    let commands = [{}] | flow run $agent | flatten
    rm --recursive $folder
    let works = $commands | where category != unavailable | length
    let rows = $commands | update cells --columns [description extra_description] { str replace --all "|" "\\|" } | each {|command|
        let name = $command.name
        if $command.category == unavailable {
            $"| `($name)` | no | ($command.description) | ($command.extra_description) |"
        } else {
            $"| `($name)` | yes | | |"
        }
    }
    [
        $INTRODUCTION
        $"($works) work, ($commands | length | $in - $works) do not.\n"
        "| command | works | why not | instead |"
        "| --- | --- | --- | --- |"
        ...$rows
    ] | str join "\n" | $in + "\n"
}

def main [] {
    page | save --force $PAGE
}
