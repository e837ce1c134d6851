# One case of `agents/` in one language: runs its agent on the case's input and
# compares what comes with what is expected. `conformance.rs` calls it as
#   nu -c 'use CASE/case.nu; use conformance.nu; …'
use std/assert

# The folder with the agent of a case in a language, ready to be built here, by
# that name.
export def agent [case: path, language: string, name: string = "agent"]: nothing -> path {
    let source = $case | path join $language
    let parsed = ls $source | first | get name | path parse
    # What is compiled needs a project around it.
    let inside = { rust: src, go: . } | get --optional $language
    if $inside == null {
        return ($source | path join $"($parsed.stem).($parsed.extension)")
    }
    let made = flow new $language $name | get path
    ls $source | each {|file| cp $file.name ($made | path join $inside) } | ignore
    # The types of the template's own agent are not those of this one.
    let manifest = $made | path join agent.toml
    open --raw $manifest | lines | where $it !~ '^(input|output) =' | str join "\n" | save --force $manifest
    let project = $made | path join Cargo.toml
    if ($project | path exists) {
        let json = 'serde_json = { version = "1", default-features = false, features = ["std"] }'
        open --raw $project | str replace "[dependencies]" $"[dependencies]\n($json)" | save --force $project
    }
    $made
}

# Runs the agent and fails where something else comes than what is expected: the
# values, and for each `{fails: PATTERN}` an error that matches it.
export def check [agent: path, input: list<any>, expected: list<any>, flags: record]: nothing -> nothing {
    let found = results $agent $input $flags | each {|value|
        try { { value: ($value | to nuon | from nuon) } } catch {|error| { failed: ($error.details | to json) } }
    }
    let found = $found | collect
    assert equal ($found | length) ($expected | length) $"other results than expected: ($found | to nuon | str substring 0..2000)"
    for pair in ($found | zip $expected) {
        let found = $pair.0
        let expected = $pair.1
        match $expected {
            { fails: $pattern } => {
                assert ("failed" in $found) $"it did not fail, and answered ($found | to nuon)"
                assert ($found.failed =~ $pattern) $"`($pattern)` is not in: ($found.failed)"
            }
            _ => {
                assert ("value" in $found) $"it failed: ($found.failed?)"
                assert ($found.value == $expected) $"expected: ($expected | to nuon | str substring 0..500)\nfound: ($found.value | to nuon | str substring 0..500)"
            }
        }
    }
}

def results [agent: path, input: list<any>, flags: record]: nothing -> list<any> {
    let limits = $flags | select --optional timeout memory | compact-record
    let granted = $flags | select --optional allow-dir allow-memory allow-agent | transpose name value
    let granted = $granted | reduce --fold {} {|flag, all| $all | insert $flag.name ($flag.value | append [] | compact) }
    let typed = $flags.typed? | default false
    $input | flow run $agent --limits $limits --typed=$typed --allow-dir $granted.allow-dir --allow-memory $granted.allow-memory --allow-agent $granted.allow-agent
}

# A record without its empty fields.
def compact-record []: record -> record {
    transpose name value | compact value | reduce --fold {} {|field, kept| $kept | insert $field.name $field.value }
}
