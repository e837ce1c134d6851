# Orders in, one line of a packing list out for each.

# `agent.toml` says in Nushell's types what comes in and goes out.
def handle [order: record] {
    if ($order.items | is-empty) {
        error make --unspanned {msg: $"order ($order.id) has no items"}
    }
    let units = $order.items.quantity | math sum
    let total = $order.items | each {|item| $item.quantity * $item.price } | math sum
    {
        id: $order.id
        customer: $order.customer
        units: $units
        total: ($total | math round --precision 2)
        placed: ($order.placed | into datetime)
        # How long it takes to pack: a minute, and ten seconds for each unit.
        packing: (1min + 10sec * $units)
        notes: ($order.notes? | default "" | str length | into filesize)
    }
}
