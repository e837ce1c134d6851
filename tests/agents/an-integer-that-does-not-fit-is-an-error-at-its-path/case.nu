# What no integer of Nushell can hold is an error that says where it is.

export def input []: nothing -> list<any> { [1] }

export def expected [_language: string]: nothing -> list<any> {
    [{ fails: "answer.large" }]
}
