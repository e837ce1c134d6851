# Every type of JSON, nested, comes back as it went in.

export def input []: nothing -> list<any> {
    [
        null true false 0 -1 1.5 -0.25 1e300 "" "text" [] [1 [2 [3]]] {} { a: { b: { c: [null] } } }
        [{ a: 1, b: x } { a: 2, b: y }]
        { "key with spaces": 1, "": 2, "$dollar": 3, "quote\"": 4 }
    ]
}

# What is in a field is not taken for an answer of another kind.
export def expected [_language: string]: nothing -> list<any> {
    input | each {|value| { echo: $value } }
}
