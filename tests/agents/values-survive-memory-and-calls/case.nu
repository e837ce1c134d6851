# needs: engine:javascript
# Every kind of value that there is comes back from the memory and from another
# agent as it went in.

const callee = path self callee.js

export def flags []: nothing -> record {
    { allow-memory: "values", allow-agent: $"echo=($callee)", typed: true }
}

export def input []: nothing -> list<any> {
    [
        null true false 0 -1 9223372036854775807 -9223372036854775808 1.5 -0.25 1e300
        "" "ä€🐕" "line\nfeed" [] [1 [2 [null]]] {} { a: { b: { c: [null] } } }
        [{ a: 1, b: x } { a: 2, b: y }]
        { "key with spaces": 1, "": 2, "$dollar": 3, "quote\"": 4 }
        2026-01-02T03:04:05.678Z 1500ms 2kb 0x[00 ff] { at: 2026-01-02T00:00:00Z, all: [3us 1b 0x[]] }
    ]
}

export def expected [_language: string]: nothing -> list<any> {
    input | each {|value| { kept: $value, called: $value } }
}
