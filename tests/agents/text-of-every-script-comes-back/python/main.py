"""Gives back what came."""


def handle(record):
    return {"echo": record}
