# What the cases in e2e/ assert with, beside Nushell's own `std/assert`.
use std/assert

# The path of a guest that the tests compiled: `guest handlers/echo`.
export def guest [name: string]: nothing -> path {
    $env.FLOW_GUESTS | path join $"($name).wasm"
}

# The details of the error in which `action` ends, its stream read to the end;
# fails where there is none.
export def failure [action: closure]: nothing -> record {
    let ended = try {
        { value: (do $action | to nuon --serialize) }
    } catch {|error|
        { details: $error.details }
    }
    assert ("details" in $ended) $"nothing failed; the result is ($ended.value?)"
    $ended.details
}

# Asserts that `action` fails with the error `code`; returns the whole error as text.
export def "assert fails" [code: string, action: closure]: nothing -> string {
    let text = failure $action | to json
    assert ($text has $code) $"expected the error ($code) in:\n($text)"
    $text
}

# Each value of a stream, or `{failed: <the error as text>}` in its place.
export def outcomes []: list<any> -> list<any> {
    each {|value| try { $value | to nuon | from nuon } catch {|error| { failed: ($error.details | to json) } } }
}

# Asserts that a text contains another.
export def "assert contains" [part: string]: string -> nothing {
    assert ($in has $part) $"`($part)` is not in:\n($in)"
}

# Asserts that `action` leaves the plugin alive and well: the same process
# answers before and after.
export def "assert survives" [action: closure]: nothing -> nothing {
    let echo = guest handlers/echo
    assert equal ([before] | flow run $echo) [before]
    let process = plugin-process
    do $action
    assert equal ([after] | flow run $echo) [after]
    assert equal (plugin-process) $process "the plugin died and was started again"
}

# The id of the running plugin.
def plugin-process []: nothing -> int {
    ps | where ppid == $nu.pid and name =~ nu_plugin_flow | get 0.pid
}

# Installs Python from the npm package that the tests have.
export def "install python" []: nothing -> nothing {
    flow toolchain install python --from ($env.FLOW_TOOLS | path join pyodide node_modules pyodide) | ignore
}
