# Text beyond ASCII: scripts, combining characters, what is outside of the basic
# plane, and characters that have to be escaped.

export def input []: nothing -> list<any> {
    [
        "ä ö ü ß" "日本語" "עברית" "e\u{301}" "👩‍👩‍👧‍👦" "\u{1d11e}" "\u{feff}start" "a\u{0}b" "\u{7f}\u{80}"
        "line\nbreak\ttab\r" '"\/' "\u{2028}\u{2029}" { "ключ": "значение" }
    ]
}

export def expected [_language: string]: nothing -> list<any> {
    input | each {|value| { echo: $value } }
}
