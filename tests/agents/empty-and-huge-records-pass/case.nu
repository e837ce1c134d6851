# Nothing in it, a megabyte in it, ten thousand elements, and nesting.

export def input []: nothing -> list<any> {
    [
        {}
        ""
        { text: ("0123456789abcdef" | fill --width 1048576 --character x) }
        (0..<10000 | each {|n| { n: $n } })
        (0..<60 | reduce --fold 0 {|_, inner| [$inner] })
    ]
}

export def expected [_language: string]: nothing -> list<any> {
    input | each {|value| { echo: $value } }
}
