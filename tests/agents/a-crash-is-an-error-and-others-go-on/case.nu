# An agent that recurses without end fails with that record alone.

export def input []: nothing -> list<any> { [1 2 3] }

export def expected [_language: string]: nothing -> list<any> {
    [1 { fails: "" } 3]
}
