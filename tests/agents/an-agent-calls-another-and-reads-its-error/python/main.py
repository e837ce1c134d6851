"""Calls the agent that it is told."""

from flow import CallError, call


def handle(task):
    try:
        return {"answer": call(task["agent"], task["value"])}
    except CallError as error:
        return {"error": str(error).splitlines()[0]}
