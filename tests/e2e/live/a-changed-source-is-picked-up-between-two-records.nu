# needs: engine:javascript, engine:nushell, pyodide
use std/assert
use ../../assertions.nu *

install python

# Each language: a file, and sources that answer with a text.
let languages = [
    { file: score.js, source: {|word| $"let n = 0; export default function handle\(record) { n += 1; return `($word) ${n}`; }" } }
    { file: score.py, source: {|word| $"n = 0\ndef handle\(record):\n    global n\n    n += 1\n    return f'($word) {n}'\n" } }
    { file: score.nu, source: {|word| $"def handle [] { '($word)' }" } }
]

for language in $languages {
    do $language.source old | save --force $language.file
    [0] | flow run $language.file | ignore
    # Slow, so that each record has left before the next one is made.
    let answers = 1..8 | each {|n|
        sleep 300ms
        if $n == 3 { do $language.source new | save --force $language.file; sleep 300ms }
        # What cannot be read leaves the instance at work, and its state.
        if $n == 6 { ")" | save --force $language.file; sleep 300ms }
        $n
    } | flow run $language.file
    let words = $answers | each {|answer| $answer | split row " " | first }
    assert equal $words [old old new new new new new new] $language.file
    if $language.file != score.nu {
        assert equal ($answers | last) "new 6" "its state lasts where nothing took its place"
        assert equal $answers.2 "new 1" "a new instance begins anew"
    }
}

# Every job takes it up.
do $languages.0.source old | save --force score.js
let answers = 1..12 | each {|n|
    sleep 100ms
    if $n == 6 { do $languages.0.source new | save --force score.js; sleep 300ms }
    $n
} | flow run score.js --jobs 2
assert (($answers | last) starts-with new)
assert (($answers | first) starts-with old)
