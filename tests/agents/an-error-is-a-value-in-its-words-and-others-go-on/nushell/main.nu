# Refuses negative numbers.
def handle [record: int] {
    if $record < 0 {
        error make --unspanned { msg: $"no negative numbers: ($record)" }
    }
    $record
}
