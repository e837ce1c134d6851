# Without a grant a file cannot be read, and the error names the flag.

export def --env prepare []: nothing -> nothing {
    mkdir granted
    "out of reach" | save granted/note.txt
}

export def input []: nothing -> list<any> { ["granted/note.txt"] }

export def expected [_language: string]: nothing -> list<any> { [{ fails: "--allow-dir" }] }
