# Counts on, and says who does.
def handle [value: int] {
    if $value < 0 {
        error make --unspanned { msg: $"no negative numbers: ($value)" }
    }
    { by: nushell, value: ($value + 1) }
}
