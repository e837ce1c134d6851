# An agent that takes ever more memory is stopped at its limit.

export def flags []: nothing -> record { { memory: 96MB, timeout: 30sec } }

export def input []: nothing -> list<any> { [1 2 3] }

# Some languages have an error of their own for it.
export def expected [_language: string]: nothing -> list<any> {
    [1 { fails: "(?i)memory" } 3]
}
