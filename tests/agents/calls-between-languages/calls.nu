# Agents in all languages call agents in all languages. `conformance.rs` calls it as
#   nu -c 'use calls.nu; calls [rust go …]'
use ../../conformance.nu
use ../../assertions.nu *

const here = path self .

# A row for each call: the languages of caller and callee, and `passed` or what went
# wrong. An agent is built once in each language as caller and once as callee.
export def main [languages: list<string>]: nothing -> list<any> {
    let callees = $languages | each {|language|
        $"($language)=(conformance agent ($here | path join callee) $language $"callee-($language)")"
    }
    $languages | each {|caller|
        let outcomes = try { call-all $caller $callees $languages } catch {|error|
            $languages | each { $error.details | to json }
        }
        $languages | zip $outcomes | each {|pair| { caller: $caller, callee: $pair.0, outcome: $pair.1 } }
    } | flatten
}

# What became of the calls of an agent in `caller` of agents in `languages`, which
# it is granted as `callees`.
def call-all [caller: string, callees: list<string>, languages: list<string>]: nothing -> list<string> {
    let agent = conformance agent ($here | path join caller) $caller $"caller-($caller)"
    let tasks = $languages | each {|callee| [{ to: $callee, value: 41 } { to: $callee, value: -1 }] } | flatten
    let results = $tasks | flow run $agent --allow-agent $callees | outcomes
    $languages | enumerate | each {|callee|
        let answer = $results | get (2 * $callee.index)
        let error = $results | get (2 * $callee.index + 1)
        let expected = { from: $caller, answer: { by: $callee.item, value: 42 } }
        if $answer != $expected {
            $"it answered ($answer | to nuon)"
        } else if ($error.failed? | default '') !~ $'($callee.item): .*no negative numbers: -1' {
            $"its error is ($error | to nuon)"
        } else {
            "passed"
        }
    }
}
