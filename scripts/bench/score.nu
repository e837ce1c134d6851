# A small agent: what `nu` does with it too, as a process of its own.
def handle [record: record] {
    let words = $record.text | split row " "
    {id: $record.id, score: (($words | length) / 10), longest: ($words | sort-by {|word| $word | str length } | last)}
}
