"""Keeps a value, reads it again, and has another agent give it back."""

from flow import call, memory


def handle(value):
    memory.set("values", "kept", value)
    return {"kept": memory.get("values", "kept", "absent"), "called": call("echo", value)}
