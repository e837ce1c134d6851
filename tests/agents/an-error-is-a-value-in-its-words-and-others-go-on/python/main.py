"""Refuses negative numbers."""


def handle(record):
    if record < 0:
        raise ValueError(f"no negative numbers: {record}")
    return record
