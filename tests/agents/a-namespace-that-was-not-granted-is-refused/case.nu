# A namespace that was granted read-only cannot be written, and one that was not
# granted cannot be read: the error says what would grant it, and its agent goes on.

export def flags []: nothing -> record { { allow-memory: "prices:ro" } }

export def input []: nothing -> list<any> { [read write other read] }

export def expected [_language: string]: nothing -> list<any> {
    [
        { found: null }
        { fails: '(?s)not granted: writing the memory `prices`.*--allow-memory prices`.*memory = \[\\"prices\\"\]' }
        { fails: '(?s)not granted: reading the memory `secrets`.*--allow-memory secrets:ro' }
        { found: null }
    ]
}
