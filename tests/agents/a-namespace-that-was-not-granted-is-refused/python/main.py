"""Reads and writes the memory as it is told."""

from flow import memory


def handle(what):
    match what:
        case "read":
            return {"found": memory.get("prices", "tea")}
        case "other":
            return {"found": memory.get("secrets", "x")}
        case "write":
            memory.set("prices", "tea", 3)
    raise ValueError(f"unknown: {what}")
