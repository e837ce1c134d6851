"""Orders in, one line of a packing list out for each."""

import math
from datetime import datetime, timedelta

from flow import Filesize


def handle(order):
    """`agent.toml` says in Nushell's types what comes in and goes out."""
    items = order["items"]
    if not items:
        raise ValueError(f"order {order['id']} has no items")
    units = sum(item["quantity"] for item in items)
    total = sum(item["quantity"] * item["price"] for item in items)
    notes = order.get("notes") or ""
    return {
        "id": order["id"],
        "customer": order["customer"],
        "units": units,
        "total": math.floor(total * 100 + 0.5) / 100,
        "placed": datetime.fromisoformat(order["placed"]),
        # How long it takes to pack: a minute, and ten seconds for each unit.
        "packing": timedelta(seconds=60 + 10 * units),
        "notes": Filesize(len(notes.encode())),
    }
