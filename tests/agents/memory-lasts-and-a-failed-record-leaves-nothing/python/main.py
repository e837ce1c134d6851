"""Keeps a total."""

from flow import ABSENT, memory


def handle(number):
    first = memory.compare_and_set("counts", "first", ABSENT, True)
    total = memory.get("counts", "total", 0) + number
    memory.set("counts", "total", total)
    deleted = memory.delete("counts", "gone")
    if number < 0:
        raise ValueError("negative")
    return {
        "total": total,
        "first": first,
        "deleted": deleted,
        "keys": list(memory.keys("counts")),
    }
