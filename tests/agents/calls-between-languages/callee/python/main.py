"""Counts on, and says who does."""


def handle(value):
    if value < 0:
        raise ValueError(f"no negative numbers: {value}")
    return {"by": "python", "value": value + 1}
