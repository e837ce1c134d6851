# What the agent refuses is an error value that says what the agent says; its
# instance goes on.

export def input []: nothing -> list<any> { [1 -2 3] }

export def expected [_language: string]: nothing -> list<any> {
    [1 { fails: "no negative numbers: -2" } 3]
}
