# A small agent: what `nu` does with it too, as a process of its own.

def handle [record: record] {
    let words = $record.text | split words
    let longest = $words | reduce {|word, longest| if ($word | str length) > ($longest | str length) { $word } else { $longest } }
    {id: $record.id, score: (($words | length) / 10), longest: $longest}
}
