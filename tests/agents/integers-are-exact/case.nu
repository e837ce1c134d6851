# Integers of 64 bits are exact on the way in and out, also as large as they go.

export def input []: nothing -> list<any> {
    [
        9007199254740991 9007199254740993 -9007199254740993 9223372036854775807 -9223372036854775808
        [4611686018427387905] { id: 1152921504606846977 }
    ]
}

export def expected [_language: string]: nothing -> list<any> {
    input | each {|value| { echo: $value } }
}
