# What an agent keeps in a namespace is there at the next record. A record that
# failed leaves nothing: the total does not know of it.

export def flags []: nothing -> record { { allow-memory: "counts" } }

export def input []: nothing -> list<any> { [1 2 -4 5] }

export def expected [_language: string]: nothing -> list<any> {
    [
        { total: 1, first: true, deleted: false, keys: [first total] }
        { total: 3, first: false, deleted: false, keys: [first total] }
        { fails: "negative" }
        { total: 8, first: false, deleted: false, keys: [first total] }
    ]
}
