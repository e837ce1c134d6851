# Keeps a total.
def handle [number: int] {
    let first = flow memory compare-and-set counts first null true
    let total = (flow memory get counts total | default 0) + $number
    flow memory set counts total $total
    let deleted = flow memory delete counts gone
    if $number < 0 {
        error make --unspanned { msg: "negative" }
    }
    { total: $total, first: $first, deleted: $deleted, keys: (flow memory list counts) }
}
