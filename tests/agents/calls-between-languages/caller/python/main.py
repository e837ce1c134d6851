"""Calls the agent that it is told, and says who does."""

import flow


def handle(task):
    return {"from": "python", "answer": flow.call(task["to"], task["value"])}
