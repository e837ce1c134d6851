# An agent that never ends is stopped at its timeout; the next record has a fresh
# instance.

export def flags []: nothing -> record { { timeout: 500ms } }

export def input []: nothing -> list<any> { [1 2 3] }

export def expected [_language: string]: nothing -> list<any> {
    [1 { fails: "flow::agent::timeout" } 3]
}
