# A file in a directory that was granted can be read.

export def flags []: nothing -> record { { allow-dir: "./granted:ro" } }

export def --env prepare []: nothing -> nothing {
    mkdir granted
    "within reach" | save granted/note.txt
}

export def input []: nothing -> list<any> { ["granted/note.txt"] }

export def expected [_language: string]: nothing -> list<any> { ["within reach"] }
